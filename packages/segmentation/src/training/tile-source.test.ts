import { expect, test } from 'vitest';
import { augmentationSchema } from '../settings/augmentation.js';
import { parseSettings } from '../settings/parse.js';
import type { TrainingPlan } from './plan.js';
import { tilesInThread } from './tile-source.js';

const settings = parseSettings({ loss: 'CrossEntropyDiceLoss', normalisation: 'dataset' });
const plan: TrainingPlan = {
  ...settings,
  encoder: 'resnet18',
  tileSize: 32,
  batchSize: 3,
  scale: 1,
  learningRate: 1e-3,
  steps: 10,
  classes: 2,
  classValues: [0, 1],
  validationEvery: 10,
  augmentation: augmentationSchema.parse({
    gamma: [1, 1],
    contrast: 0,
    blur: 0,
    zoom: [0.6, 1.6],
    zoomProbability: 1,
    elastic: 0.4,
    elasticSpacing: 10,
    elasticProbability: 1,
    gridDistortion: 0.4,
    gridDistortionProbability: 1,
  }),
};

/** The image of a disc with a soft border is the probability of its foreground. */
function disc(side: number) {
  const share = Float32Array.from({ length: side * side }, (_, i) =>
    Math.min(1, Math.max(0, (20 - Math.hypot((i % side) - 30, Math.floor(i / side) - 25)) / 8)),
  );
  const probabilities = new Float32Array(2 * side * side);
  probabilities.set(share.map((value) => 1 - value));
  probabilities.set(share, side * side);
  return {
    name: 'disc',
    planes: { channels: 1, height: side, width: side, data: share },
    mask: {
      width: side,
      height: side,
      classes: 2,
      data: Uint8Array.from(share, (value) => Math.round(value)),
    },
    probabilities: { channels: 2, height: side, width: side, data: probabilities },
  };
}

test('images, masks and probabilities are bent alike, the same in each asking', async () => {
  const tiles = tilesInThread({
    plan,
    training: [disc(64)],
    statistics: { means: [0], stds: [1], minima: [0], maxima: [1] },
    fold: 1,
    kind: { truth: 'shares', ignored: 'some' },
    firstStep: 0,
  });
  for (let step = 0; step < 6; step++) {
    const { images, labels, shares } = await tiles.next(step);
    const image = [...(images?.data ?? [])].map(Number);
    const foreground = [0, 1, 2].flatMap((index) =>
      [...(shares?.data ?? [])].map(Number).slice((2 * index + 1) * 1024, (2 * index + 2) * 1024),
    );
    expect(image).toEqual(foreground);
    // The nearest pixel is at most 0.71 pixels away, over which the border rises by 0.09.
    image.forEach((value, i) => {
      if (Math.abs(value - 0.5) > 0.1) expect(labels?.data[i]).toBe(Math.round(value));
    });
    expect([...((await tiles.next(step)).images?.data ?? [])].map(Number)).toEqual(image);
  }
});
