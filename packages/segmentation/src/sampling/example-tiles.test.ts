import { expect, test } from 'vitest';
import { augmentationSchema } from '../settings/augmentation.js';
import { exampleTiles } from './example-tiles.js';

const side = 48;
const mask = Uint8Array.from({ length: side * side }, (_, i) =>
  Math.hypot((i % side) - 20, i / side - 25) < 9 ? 1 : 0,
);
const image = {
  planes: {
    channels: 1,
    height: side,
    width: side,
    data: Float32Array.from(mask, (label, i) => 90 * label + (i % 7)),
  },
  mask: { width: side, height: side, classes: 2, data: mask },
};

test('what is on comes first, what is off is offered, and every row shows other tiles of the same places', () => {
  const rows = exampleTiles({
    images: [image],
    statistics: { means: [20], stds: [30], minima: [0], maxima: [96] },
    tile: { height: 32, width: 32, scale: 1 },
    settings: augmentationSchema.parse({
      flips: false,
      rotation: 0,
      contrast: 0,
      blur: 0,
      elastic: 0.4,
      noise: 0.1,
    }),
    seed: 1,
    columns: 3,
  });
  expect(rows.filter(({ state }) => state === 'on').map(({ name, shown }) => [name, shown])).toEqual([
    ['none', 'as it is'],
    ['all', 'elastic=0.4 gamma=0.8,1.2 noise=0.1'],
    ['elastic', 'elastic=0.4'],
    ['gamma', 'gamma=0.8,1.2'],
    ['noise', 'noise=0.1'],
  ]);
  expect(rows.filter(({ state }) => state === 'off').map(({ name }) => name)).toEqual([
    'flips',
    'rotation',
    'zoom',
    'gridDistortion',
    'brightness',
    'contrast',
    'clahe',
    'blur',
    'illumination',
  ]);
  const [plain, ...changed] = rows.map(({ tiles }) => tiles.map((tile) => tile.image));
  expect(plain).toHaveLength(3);
  for (const images of changed) {
    expect(images).not.toEqual(plain);
    expect(images.every((values) => values.every(Number.isFinite))).toBe(true);
  }
});

test('an image with statistics of its own is normalised by them', () => {
  const statistics = { means: [20], stds: [30], minima: [0], maxima: [96] };
  const plain = (own?: typeof statistics) =>
    exampleTiles({
      images: [own === undefined ? image : { ...image, statistics: own }],
      statistics,
      tile: { height: 32, width: 32, scale: 1 },
      settings: augmentationSchema.parse({}),
      seed: 1,
      columns: 1,
    })[0]?.tiles[0]?.image ?? [];
  const halved = plain({ ...statistics, stds: [60] });
  expect([...halved]).toEqual([...plain()].map((value) => value / 2));
});
