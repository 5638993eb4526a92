import { parseSettings } from '@deepflash/segmentation';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DataRecord } from '../data/record.js';
import { chooseScale, chooseTileSize } from './choices.js';
import { planTraining } from './plan-training.js';
import { stepsInSeconds } from './time-budget.js';

function dataOf(side: number, size: number, images = 5): DataRecord {
  const file = { name: 'a.png', bytes: 1, sha256: 'x' };
  const item = { name: 'a', image: file, mask: file, width: side, height: side, fold: 1 };
  return {
    schemaVersion: 1,
    imageFolder: '/images',
    maskFolder: '/masks',
    selection: { channels: null, z: null, time: null },
    channels: 1,
    classValues: [0, 255],
    folds: 5,
    models: 5,
    statistics: { means: [1], stds: [1], minima: [0], maxima: [2] },
    items: Array.from({ length: images }, () => item),
    objects: { count: 30, size },
    unmatched: [],
    software: {},
  };
}

const MUCH = 64_000;

test('what is open is chosen with a reason, and what is given stays', async () => {
  const { settings, reasons } = await planTraining(
    parseSettings({ batchSize: 3 }),
    dataOf(1024, 20, 24),
    MUCH,
  );
  expect(settings).toMatchObject({ scale: 1, tileSize: 256, batchSize: 3, steps: 1000 });
  expect(Object.keys(reasons)).toEqual(['encoder', 'encoderWeights', 'scale', 'tileSize', 'steps']);
  for (const reason of Object.values(reasons)) expect(reason).toMatch(/^[A-Z].*\.$/);
});

test('objects are seen at a size that a network knows what to do with', () => {
  fc.assert(
    fc.property(fc.double({ min: 3, max: 780, noNaN: true }), (size) => {
      const seen = size / chooseScale({ objects: { count: 3, size } }).value;
      expect(seen).toBeGreaterThanOrEqual(6);
      expect(seen).toBeLessThanOrEqual(96);
    }),
  );
});

test('tiles are multiples of 32 that hold the images, from the smallest that the network takes to 256', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), (side) => {
      const { value } = chooseTileSize(dataOf(side, 9), 1, { smallest: 128, multipleOf: 32 });
      expect(value % 32).toBe(0);
      expect(value).toBe(Math.min(256, Math.max(128, Math.ceil(side / 32) * 32)));
    }),
  );
});

test('with little memory less is chosen, and what was asked for and does not fit is refused with what does', async () => {
  const data = dataOf(1024, 20);
  const { settings, reasons } = await planTraining(parseSettings({}), data, 1000);
  expect(settings.tileSize ** 2 * settings.batchSize).toBeLessThan(256 ** 2 * 4);
  expect(reasons.batchSize).toMatch(/needs? .* GB of memory, and this machine has 1\.0 GB/);
  const large = parseSettings({ tileSize: 512, batchSize: 64 });
  await expect(planTraining(large, data, 16_000)).rejects.toThrow(
    /needs about \d+\.\d GB of memory, and this machine has 16\.0 GB: set batchSize to \d+ \(about \d+\.\d GB\)/,
  );
  await expect(planTraining(large, data, 300)).rejects.toThrow(/choose a lighter encoder/);
  const onGraphics = await planTraining({ ...large, device: 'webgpu' }, data, 300);
  expect(onGraphics.settings).toMatchObject({ tileSize: 512, batchSize: 64 });
});

test('a time budget is divided among networks, and what validation takes is kept back', () => {
  const settings = { ...parseSettings({}), scale: 1, tileSize: 256, batchSize: 4 };
  const data = dataOf(1024, 20, 24);
  const five = stepsInSeconds(2400, 0.5, settings, data);
  expect(five).toBeGreaterThan(600);
  expect(five).toBeLessThan(2400 / 5 / 0.5);
  expect(stepsInSeconds(2400, 0.5, settings, { ...data, models: 1 })).toBeGreaterThan(4.9 * five);
  expect(stepsInSeconds(1, 0.5, settings, data)).toBe(20);

  // Of a step each second, 24 images of 25 tiles in five folds, a fifth of a step for the prediction of four tiles.
  const planned = (more: Partial<typeof settings>) => stepsInSeconds(2400, 1, { ...settings, ...more }, data);
  const validation = ((24 * 25) / 5) * (0.2 / 4);
  expect(planned({ validationEvery: 10 })).toBeCloseTo(
    ((planned({}) + (5 * validation) / 1.05) * 1.05) / (1.05 + validation / 10),
    -1,
  );
  expect(planned({ patience: 3 })).toBeCloseTo(planned({}) - ((12 - 5) * validation) / 1.05, -1);
  const numbered = { ...data, masks: { kind: 'instances' as const, ignored: [] } };
  expect(stepsInSeconds(2400, 1, settings, numbered)).toBeCloseTo(
    planned({}) - (3.5 * 24 * 1.024 ** 2) / 5,
    -1,
  );
  expect(planned({ learningRate: 'auto' })).toBeCloseTo(planned({}) - (110 + 8) / 5 / 1.05, -1);
});

test('an encoder of random weights is not held still', async () => {
  const frozen = parseSettings({ schedule: 'fine-tune', encoder: 'resnet18', encoderWeights: 'none' });
  await expect(planTraining(frozen, dataOf(512, 20), MUCH)).rejects.toThrow(
    /fine-tune is for networks whose encoder has been trained/,
  );
});
