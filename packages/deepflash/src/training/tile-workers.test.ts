import { parseSettings, type TileRequest } from '@deepflash/segmentation';
import { expect, test } from 'vitest';
import { toPlanes } from '../data/planes.js';
import { inSharedMemory } from '../data/shared-memory.js';
import { sampleImage } from '../demo/cells.js';
import { trainingPlan } from '../jobs/training-plan.js';

// A thread runs a built file.
const { tileWorkers }: typeof import('./tile-workers.js') = await import(
  new URL('../../dist/training/tile-workers.js', import.meta.url).href
);

const settings = parseSettings({
  loss: 'BoundaryCrossEntropyLoss',
  zoom: [0.7, 1.4],
  elastic: 0.3,
  gridDistortion: 0.3,
  clahe: 3,
  noise: 0.2,
  blur: 1,
  illumination: 0.3,
});
const shape = {
  encoder: 'resnet18',
  encoderWeights: 'none',
  tileSize: 64,
  batchSize: 2,
  steps: 14,
  device: 'cpu',
  scale: 1,
  learningRate: 1e-3,
} as const;

const training = [1, 2].map((number) => {
  const { image, mask } = sampleImage({ number, size: 96 });
  return inSharedMemory({ name: `${number}`, planes: toPlanes(image, 1), mask });
});

const request: TileRequest = {
  plan: trainingPlan({ ...settings, ...shape }, [0, 1], training),
  training,
  statistics: { means: [60], stds: [40], minima: [0], maxima: [255] },
  fold: 1,
  kind: { truth: 'classes', ignored: 'none' },
  firstStep: 0,
};

/** Copies of all batches from a step on, asked for at an uneven pace. */
async function batches(tileThreads: number, firstStep: number) {
  const source = tileWorkers({ tileThreads })({ ...request, firstStep });
  try {
    const all: Record<string, number[]>[] = [];
    for (let step = firstStep; step < request.plan.steps; step++) {
      const batch = await source.next(step);
      // The threads go on meanwhile, and must not overwrite this batch, nor may it lie in shared memory.
      for (const { data } of Object.values(batch)) expect(data.buffer).toBeInstanceOf(ArrayBuffer);
      if (step % 3 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
      all.push(
        Object.fromEntries(Object.entries(batch).map(([name, { data }]) => [name, [...data].map(Number)])),
      );
    }
    return all;
  } finally {
    await source.close();
  }
}

test('tiles are the same from any number of threads, and from any step on', async () => {
  const inThread = await batches(0, 0);
  expect(Object.keys(inThread[0] ?? {})).toEqual(['images', 'labels', 'boundaryWeights']);
  expect(inThread.every(({ images = [] }) => images.every((value) => Number.isFinite(value)))).toBe(true);
  expect(await batches(1, 0)).toEqual(inThread);
  expect(await batches(3, 0)).toEqual(inThread);
  expect(await batches(2, 5)).toEqual(inThread.slice(5));
});

test('a thread that fails says why, and one that waits can be closed', async () => {
  const broken = { ...request, training: [] };
  const source = tileWorkers({ tileThreads: 1 })(broken);
  await expect(source.next(0)).rejects.toThrow(/no mask to draw training tiles from/);
  await source.close();

  const waiting = tileWorkers({ tileThreads: 2 })(request);
  await waiting.next(0);
  await waiting.close();
});
