import { parseSettings } from '@deepflash/segmentation';
import { expect, test } from 'vitest';
import { trainingPlan } from './training-plan.js';

test('a plan counts classes and steps, and validates about five times', () => {
  const size = { width: 128, height: 128 };
  const image = {
    name: 'a',
    planes: { ...size, channels: 1, data: new Float32Array(128 * 128) },
    mask: { ...size, classes: 3, data: new Uint8Array(128 * 128) },
  };
  const open = parseSettings({ epochs: 100, flips: false });
  const network = { encoder: 'resnet18', encoderWeights: 'none' } as const;
  const settings = {
    ...open,
    ...network,
    tileSize: 64,
    batchSize: 2,
    scale: 1,
    device: 'cpu' as const,
    steps: 1,
    learningRate: 1e-3,
  };
  expect(trainingPlan(settings, [0, 128, 255], [image])).toMatchObject({
    classes: 3,
    steps: 200,
    validationEvery: 40,
    augmentation: { flips: false, rotation: 360, gamma: [0.8, 1.2] },
  });
  expect(trainingPlan({ ...settings, patience: 5 }, [0, 128, 255], [image])).toMatchObject({
    validationEvery: 10,
    patience: 5,
  });
});
