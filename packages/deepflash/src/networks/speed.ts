import { adam, createRandom, createTrainingSession, float32, int32, sizeOf } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { lossGraph, type NetworkShape, networkShape } from '@deepflash/segmentation';
import type { DeviceName } from '../devices/speed.js';

/** The first steps still reserve memory. */
const WARMING = 2;
/** So many steps are timed at least. */
const FEWEST = 3;

/** A training whose steps are timed. */
export interface TimedTraining extends NetworkShape {
  readonly batchSize: number;
  readonly tileSize: number;
  readonly channels: number;
  readonly classes: number;
  readonly device?: DeviceName | 'auto';
  readonly threads?: number;
  /** Steps are timed for so long; default 0, which times three. */
  readonly seconds?: number;
}

/** Seconds of a training step of a network: the median of those that are timed. */
export async function trainingSpeed(timed: TimedTraining): Promise<number> {
  const { batchSize, tileSize, channels, classes, device = 'cpu', threads, seconds = 0 } = timed;
  const plan = {
    ...networkShape(timed),
    batchSize,
    tileSize,
    classes,
    loss: 'CrossEntropyDiceLoss',
  } as const;
  const { graph, loss } = lossGraph(plan, channels);
  const runtime = await nodeRuntime({ device, ...(threads === undefined ? {} : { threads }) });
  const session = await createTrainingSession(runtime, graph, { loss, optimizer: adam(), seed: 0 });
  const random = createRandom('speed');
  const images = float32([batchSize, channels, tileSize, tileSize]);
  images.data.forEach((_, index) => {
    images.data[index] = random.normal();
  });
  const labels = int32([batchSize, tileSize, tileSize], new Int32Array(sizeOf(images.shape) / channels));
  try {
    const timedStep = async (): Promise<number> => {
      const start = performance.now();
      await session.step({ images, labels }, { learningRate: 1e-4, momentum: 0.9 });
      return (performance.now() - start) / 1000;
    };
    for (let step = 0; step < WARMING; step++) await timedStep();
    const steps: number[] = [];
    for (let spent = 0; steps.length < FEWEST || spent < seconds; ) {
      const step = await timedStep();
      steps.push(step);
      spent += step;
    }
    return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? Number.NaN;
  } finally {
    await session.dispose();
  }
}
