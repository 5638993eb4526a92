/**
 * What drawing a step's tiles and predicting as many cost, as parts of a training step; processor time on one thread, so that
 * other work on the machine counts little. docs/accuracy.md and the plan of `--minutes` use it.
 *
 *     npm run build && node bench/dist/step-shares.js
 */
import { adam, createRandom, createTrainingSession, networkWeights } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import {
  batchSource,
  DEFAULT_AUGMENTATION,
  encodeModelFile,
  type LabelledImage,
  lossGraph,
  openModel,
  type TrainingPlan,
} from '@deepflash/segmentation';

const SIDE = 1024;
const network = { architecture: 'Unet', encoder: 'mobilenet_v2_gluon', classes: 2 } as const;
const plan: TrainingPlan = {
  ...network,
  tileSize: 256,
  batchSize: 4,
  scale: 1,
  steps: 100,
  learningRate: 1e-3,
  optimizer: 'Adam',
  weightDecay: 0,
  gradientClip: null,
  loss: 'CrossEntropyDiceLoss',
  augmentation: DEFAULT_AUGMENTATION,
  normalisation: 'image',
  seed: 0,
  validationEvery: 100,
  classValues: [0, 255],
};
const normal = { means: [0], stds: [1], minima: [0], maxima: [1] };

const random = createRandom('noise');
const size = { height: SIDE, width: SIDE };
const image: LabelledImage = {
  name: 'noise',
  planes: { ...size, channels: 1, data: Float32Array.from({ length: SIDE * SIDE }, () => random.next()) },
  mask: {
    ...size,
    classes: 2,
    data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => Number(i % 97 === 0)),
  },
};
const runtime = await nodeRuntime({ threads: 1 });
const draw = batchSource(plan, [image], normal, { fold: 1, kind: { truth: 'classes', ignored: 'none' } });
const drawing = await processorSeconds(8, async (round) => void draw(round));

const { graph, loss } = lossGraph(plan, 1);
const session = await createTrainingSession(runtime, graph, { loss, optimizer: adam(), seed: 0 });
const batch = draw(9);
const step = await processorSeconds(3, () => session.step(batch, { learningRate: 1e-3, momentum: 0.9 }));
const weights = networkWeights(session.state());
const description = {
  ...network,
  schemaVersion: 1,
  channels: 1,
  tileSize: 256,
  scale: 1,
  ...normal,
} as const;
const model = await openModel(
  runtime,
  encodeModelFile(network, { ...description, means: [0], stds: [1], classValues: [0, 255] }, weights),
);
const tiles = Float32Array.from(batch.images?.data ?? [], Number);
const prediction = await processorSeconds(3, () => model.predict(tiles, [4, 1, 256, 256]));
await model.dispose();
await session.dispose();
console.log(`A training step takes ${step.toFixed(2)} s of one core;`);
console.log(
  `predicting its tiles ${(prediction / step).toFixed(2)} of that, drawing them ${(drawing / step).toFixed(4)}.`,
);

/** Processor seconds of this process in one call of some work, after two calls that do not count. */
async function processorSeconds(calls: number, work: (round: number) => Promise<unknown>): Promise<number> {
  for (const round of [1, 2]) await work(round);
  const start = process.cpuUsage();
  for (let round = 0; round < calls; round++) await work(round);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6 / calls;
}
