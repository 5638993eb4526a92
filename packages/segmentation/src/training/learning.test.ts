/** Every loss and every optimiser lets a small network learn, from every kind of target. */
import {
  convolve,
  createTrainingSession,
  Graph,
  kaimingNormalFanOut,
  type Runtime,
  relu,
  zeros,
} from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { losses } from '../losses/losses.js';
import { lossesOfCertainClasses, lossNames } from '../losses/names.js';
import { DEFAULT_AUGMENTATION } from '../sampling/augmentation.js';
import { SettingsError } from '../settings/settings-error.js';
import { batchSource } from './batch.js';
import { optimizerNames, optimizerOf } from './optimizer.js';
import type { LabelledImage, TrainingPlan } from './plan.js';
import { targetKindOf, targets } from './targets.js';

const plan: TrainingPlan = {
  architecture: 'Unet',
  encoder: 'resnet18',
  classes: 3,
  tileSize: 32,
  scale: 1,
  batchSize: 2,
  steps: 12,
  learningRate: 0.02,
  optimizer: 'Adam',
  weightDecay: 0.01,
  gradientClip: null,
  loss: 'CrossEntropyDiceLoss',
  augmentation: { ...DEFAULT_AUGMENTATION, rotation: 0 },
  seed: 3,
  validationEvery: 3,
  classValues: [0, 1, 2],
};
const side = 48;
const statistics = { means: [1], stds: [1], minima: [0], maxima: [2] };

/** Two classes of objects, one brighter than the other, with a line of background between them. */
const certain: LabelledImage = (() => {
  const data = Uint8Array.from({ length: side * side }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / side), pixel % side];
    if (row % 16 < 4 || column % 12 === 0) return 0;
    return column % 24 < 12 ? 1 : 2;
  });
  return {
    name: 'bricks',
    planes: { channels: 1, height: side, width: side, data: Float32Array.from(data) },
    mask: { width: side, height: side, classes: 3, data },
  };
})();

const ignoring: LabelledImage = {
  ...certain,
  mask: { ...certain.mask, data: certain.mask.data.map((label, pixel) => (pixel % 5 === 0 ? 255 : label)) },
};

const consensus: LabelledImage = {
  ...ignoring,
  probabilities: {
    channels: 3,
    height: side,
    width: side,
    data: Float32Array.from({ length: 3 * side * side }, (_, i) => {
      const label = certain.mask.data[i % (side * side)];
      return label === Math.floor(i / (side * side)) ? 0.8 : 0.1;
    }),
  },
};

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});

/** The loss in each of a few steps with always the same batch. */
async function learn(change: Partial<TrainingPlan>, image: LabelledImage): Promise<number[]> {
  const changed = { ...plan, ...change };
  const kind = targetKindOf([image]);
  const graph = new Graph();
  const images = graph.input('images', [2, 1, 32, 32]);
  const { truth, counting } = targets(graph, changed, kind);
  const first = graph.parameter('first', [8, 1, 3, 3], kaimingNormalFanOut);
  const second = graph.parameter('second', [3, 8, 1, 1], kaimingNormalFanOut);
  const hidden = relu(convolve(images, first, { padding: 1 }, graph.parameter('bias1', [8], zeros)));
  const logits = convolve(hidden, second, {}, graph.parameter('bias2', [3], zeros));
  const session = await createTrainingSession(runtime, graph, {
    loss: losses[changed.loss](logits, truth, { ...changed, ...counting }),
    optimizer: optimizerOf(changed),
    seed: 0,
  });
  const batch = batchSource(changed, [image], statistics, { fold: 1, kind })(0);
  const found: number[] = [];
  for (let step = 0; step < changed.steps; step++) {
    const { learningRate } = changed;
    found.push((await session.step(batch, { learningRate, momentum: 0.9 })).loss);
  }
  await session.dispose();
  return found;
}

function expectFall(found: readonly number[]): void {
  expect(found.every(Number.isFinite)).toBe(true);
  expect(found.at(-1)).toBeLessThan(0.97 * (found[0] ?? 0));
}

it.each(lossNames)('%s falls', async (loss) => expectFall(await learn({ loss }, certain)));

it.each(lossNames)('%s falls with ignored pixels and class weights', async (loss) => {
  expectFall(await learn({ loss, classWeights: [1, 2, 3] }, ignoring));
});

it.each(lossNames.filter((loss) => !lossesOfCertainClasses.has(loss)))(
  '%s falls with the shares of a consensus',
  async (loss) => expectFall(await learn({ loss }, consensus)),
);

it.each(optimizerNames)('%s makes the loss smaller', async (optimizer) => {
  const learningRate = optimizer === 'SGD' || optimizer === 'LARC' ? 0.2 : 0.02;
  expectFall(await learn({ optimizer, learningRate }, certain));
});

describe('targets', () => {
  it('that a loss is not defined for are refused in plain words', async () => {
    await expect(learn({ loss: 'LovaszLoss' }, consensus)).rejects.toThrow(
      new SettingsError([
        'loss LovaszLoss is not defined for probability maps; choose another, such as CrossEntropyDiceLoss, or train on masks',
      ]),
    );
    await expect(learn({ classWeights: [1, 2] }, certain)).rejects.toThrow(
      'classWeights must be 3 numbers, one for each class, and are 2',
    );
  });

  it('add no inputs but those that are needed', () => {
    const inputs = (change: Partial<TrainingPlan>, image: LabelledImage): string[] => {
      const changed = { ...plan, ...change };
      return Object.keys(
        batchSource(changed, [image], statistics, { fold: 1, kind: targetKindOf([image]) })(0),
      );
    };
    expect(inputs({}, certain)).toEqual(['images', 'labels']);
    expect(inputs({}, { ...consensus, mask: certain.mask })).toEqual(['images', 'shares']);
    expect(inputs({ loss: 'BoundaryCrossEntropyLoss' }, consensus)).toEqual([
      'images',
      'labels',
      'shares',
      'boundaryWeights',
    ]);
  });

  it('of a consensus lie where those of the mask lie', () => {
    const kind = { truth: 'shares', ignored: 'some' } as const;
    const source = batchSource(plan, [consensus, certain], statistics, { fold: 1, kind });
    for (let step = 0; step < 4; step++) {
      const { labels, shares } = source(step);
      labels?.data.forEach((label, i) => {
        if (label === 255) return;
        const at = Math.floor(i / 1024) * 3 * 1024 + Number(label) * 1024 + (i % 1024);
        expect(Number(shares?.data[at])).toBeGreaterThan(0.79);
      });
    }
  });
});
