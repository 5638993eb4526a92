import { createRandom, decodeSafetensors, type Runtime } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeModelFile, openModel } from '../models/model-file.js';
import { predictWithModels } from '../prediction/whole-image.js';
import { DEFAULT_AUGMENTATION } from '../sampling/augmentation.js';
import { channelStatistics } from '../sampling/statistics.js';
import { decodeCheckpoint } from './checkpoint.js';
import type { LabelledImage, TrainingEvent, TrainingPlan } from './plan.js';
import { type TrainFoldOptions, trainFold } from './train-fold.js';

/** The quickest network there is: what is tested here is the training around it. */
const plan: TrainingPlan = {
  architecture: 'PSPNet',
  encoder: 'mobilenet_v2',
  classes: 2,
  tileSize: 32,
  scale: 1,
  batchSize: 2,
  steps: 6,
  learningRate: 2e-3,
  optimizer: 'Adam',
  weightDecay: 0,
  gradientClip: null,
  loss: 'CrossEntropyDiceLoss',
  augmentation: DEFAULT_AUGMENTATION,
  seed: 3,
  validationEvery: 3,
  classValues: [0, 255],
};

/** A bright disc on a noisy ground. */
function disc(name: string): LabelledImage {
  const random = createRandom(name);
  const side = 64;
  const centre = [16 + 32 * random.next(), 16 + 32 * random.next()] as const;
  const radius = 8 + 6 * random.next();
  const inside = (index: number): boolean =>
    Math.hypot(Math.floor(index / side) - centre[0], (index % side) - centre[1]) < radius;
  return {
    name,
    planes: {
      channels: 1,
      height: side,
      width: side,
      data: Float32Array.from(
        { length: side * side },
        (_, index) => (inside(index) ? 120 : 60) + 20 * random.normal(),
      ),
    },
    mask: {
      width: side,
      height: side,
      classes: 2,
      data: Uint8Array.from({ length: side * side }, (_, i) => Number(inside(i))),
    },
  };
}

const images = ['a', 'b', 'c', 'd', 'e', 'f'].map(disc);
const statistics = (() => {
  const gathered = channelStatistics();
  for (const { planes } of images) gathered.add(planes);
  return gathered.result();
})();

describe('trainFold', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await nodeRuntime();
  });
  const train = (options: Partial<TrainFoldOptions>) =>
    trainFold({
      runtime,
      plan,
      statistics,
      fold: 1,
      training: images.slice(0, 4),
      validation: images.slice(4),
      signal: new AbortController().signal,
      onEvent: () => {},
      onCheckpoint: async () => {},
      ...options,
    });

  /** One step that changes no weight, for tests of what comes out of any training. */
  let started: ReturnType<typeof train> | undefined;
  const start = () => {
    started ??= train({ plan: { ...plan, steps: 1, learningRate: 1e-30 } });
    return started;
  };

  it('freezes the encoder at first when it fine-tunes', async () => {
    const tuned = await train({
      plan: { ...plan, schedule: 'fine-tune', steps: 4, frozenPart: 0.75, learningRate: 1e-2, keep: 'last' },
      validation: [],
      onCheckpoint: async () => {},
    });
    const frozen = decodeSafetensors((await start()).weights as Uint8Array).tensors;
    const after = decodeSafetensors(tuned.weights as Uint8Array).tensors;
    const change = (name: string): number => {
      const [a, b] = [frozen.get(name)?.data, after.get(name)?.data] as const;
      return (a as Float32Array).reduce(
        (most, value, i) => Math.max(most, Math.abs(value - Number(b?.[i]))),
        0,
      );
    };
    // Three frozen steps and one at a hundredth of at most 1e-2 / 2 / 5.
    expect(change('encoder.features.0.0.weight')).toBeLessThan(2e-5);
    expect(change('decoder.conv.0.weight')).toBeGreaterThan(1e-4);
  });

  it('learns from images that are each normalised by itself, and predicts them whatever their brightness', async () => {
    const trained = await train({ plan: { ...plan, normalisation: 'image', steps: 2 }, validation: [] });
    const model = await openModel(runtime, trained.model as Uint8Array);
    const [{ planes }] = images as [LabelledImage];
    const brighter = { ...planes, data: planes.data.map((value) => 3 * value + 500) };
    const [one, other] = [planes, brighter].map((seen) =>
      predictWithModels(seen, [model], { augmentation: 'none' }),
    );
    const [a, b] = [(await one)?.probabilities ?? [], (await other)?.probabilities ?? []];
    expect(a.length).toBeGreaterThan(0);
    expect(Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? 0))))).toBeLessThan(1e-4);
    // A part of an image is normalised by the whole of it where that is given, whatever their brightness.
    const statistics = { means: [2], stds: [0.5] };
    const ofBrighter = { means: [3 * 2 + 500], stds: [3 * 0.5] };
    const c = await predictWithModels(planes, [model], { augmentation: 'none', statistics });
    const d = await predictWithModels(brighter, [model], { augmentation: 'none', statistics: ofBrighter });
    const difference = (one: Float32Array, other: ArrayLike<number>) =>
      Math.max(...one.map((value, i) => Math.abs(value - (other[i] ?? 0))));
    expect(difference(c.probabilities, d.probabilities)).toBeLessThan(1e-4);
    expect(difference(c.probabilities, a)).toBeGreaterThan(1e-3);
    await model.dispose();
  });

  it('ends when nothing has got better for long, and keeps the last weights if asked to', async () => {
    const events: TrainingEvent[] = [];
    const ended = await train({
      plan: { ...plan, steps: 40, validationEvery: 1, patience: 2, learningRate: 1e-8, keep: 'last' },
      onEvent: (event) => events.push(event),
    });
    expect(ended).toMatchObject({ finished: true });
    const dice = events.flatMap((event) => (event.type === 'metric' ? [event.dice] : []));
    const best = dice.indexOf(Math.max(...dice));
    expect(ended.steps).toBe(best + 3);
    expect(ended.dice).toBe(dice.at(-1));
  });

  it('learns to find discs and keeps the best weights', async () => {
    const dices: number[] = [];
    // From random weights, this encoder learns in fewer steps.
    const encoder = 'resnet18';
    const trained = await train({
      plan: { ...plan, encoder, batchSize: 4, steps: 40, validationEvery: 10, learningRate: 4e-3 },
      onEvent: (event) => {
        if (event.type === 'metric') dices.push(event.dice);
      },
    });
    expect(dices.length).toBe(4);
    expect(trained.dice).toBe(Math.max(...dices));
    expect(trained.dice).toBeGreaterThan(0.85);
  });

  it('goes on after an interruption to the same weights and averages, bit for bit', async () => {
    const averaging = { ...plan, emaDecay: 0.9 };
    const seen: string[] = [];
    // Whoever looks at what is validated changes nothing.
    const whole = await train({
      plan: averaging,
      onValidation: async ({ step, image, mask }) => {
        seen.push(`${image.name} ${step}`);
        expect(mask.length).toBe(image.mask.data.length);
      },
    });
    expect(seen).toEqual(['e 3', 'f 3', 'e 6', 'f 6']);
    const interruption = new AbortController();
    const checkpoints: Uint8Array[] = [];
    const first = await train({
      plan: averaging,
      signal: interruption.signal,
      checkpointSeconds: 0,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 4) interruption.abort();
      },
      onCheckpoint: async (bytes) => {
        checkpoints.push(bytes);
      },
    });
    expect(first).toMatchObject({ finished: false, model: null, steps: 4 });
    expect(checkpoints.map((bytes) => decodeCheckpoint(bytes).losses)).toMatchObject(
      [1, 2, 3, 4].map((seen) => ({ seen })),
    );
    for (const resume of [checkpoints[0], checkpoints[3]]) {
      const second = await train({ plan: averaging, ...(resume === undefined ? {} : { resume }) });
      expect(Buffer.compare(second.weights ?? new Uint8Array(), whole.weights ?? new Uint8Array())).toBe(0);
      expect(second.weights?.length).toBeGreaterThan(4 * 2_000_000);
      expect(second.dice).toBe(whole.dice);
    }
  });

  it('keeps averaged weights where they are asked for', async () => {
    const short = { plan: { ...plan, steps: 2 }, validation: [] };
    const { weights: last } = await train(short);
    const { weights: averaged } = await train({ ...short, plan: { ...short.plan, emaDecay: 0.9 } });
    const names = (bytes: Uint8Array | null) => [
      ...decodeSafetensors(bytes ?? new Uint8Array()).tensors.keys(),
    ];
    expect(names(averaged)).toEqual(names(last));
    expect(Buffer.compare(averaged ?? new Uint8Array(), last ?? new Uint8Array())).not.toBe(0);
  });

  it('reports its start, every step and its end', async () => {
    const events: TrainingEvent[] = [];
    await train({ plan: { ...plan, steps: 2 }, validation: [], onEvent: (event) => void events.push(event) });
    expect(events.map(({ type }) => type)).toEqual(['started', 'step', 'step', 'finished']);
  });

  it('starts from given weights, and the model remembers where they came from', async () => {
    const { tensors } = decodeSafetensors((await start()).weights ?? new Uint8Array());
    const origin = { source: 'a file', sha256: '0', part: 'network', preprocessing: null } as const;
    const again = await train({
      plan: { ...plan, steps: 1, learningRate: 1e-30, seed: 8 },
      initial: { weights: tensors, origin },
    });
    const name = 'encoder.features.2.conv.0.0.weight';
    const kept = decodeSafetensors(again.weights ?? new Uint8Array()).tensors.get(name);
    expect(kept?.data.slice(0, 100)).toEqual(tensors.get(name)?.data.slice(0, 100));
    expect(describeModelFile(again.model ?? new Uint8Array()).startedFrom).toEqual(origin);
  });

  it('says so when the loss is no number any more', async () => {
    await expect(train({ plan: { ...plan, learningRate: 1e30 } })).rejects.toThrow(
      'into a new folder with a learningRate below',
    );
  });

  it('writes a model file that takes any number and size of tiles', async () => {
    const trained = await start();
    const model = await openModel(runtime, trained.model ?? new Uint8Array());
    expect(model.description).toMatchObject({
      classes: 2,
      channels: 1,
      tileSize: 32,
      means: statistics.means,
    });
    expect((await model.predict(new Float32Array(3 * 64 * 96), [3, 1, 64, 96])).length).toBe(3 * 2 * 64 * 96);
    await model.dispose();
    await expect(openModel(runtime, new Uint8Array([1, 2, 3]))).rejects.toThrow('no ONNX file');
  });
});
