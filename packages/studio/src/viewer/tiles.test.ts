import { expect, test } from 'vitest';
import { levelAt, tilesOf } from './tiles.ts';

const LEVELS = [12_000, 6000, 3000, 1500, 750, 375].map((side) => ({ width: side, height: side }));

test('the level is the coarsest whose pixels are about as fine as those of the screen', () => {
  const scales = [0.02, 0.05, 0.06, 0.12, 0.6, 1, 20];
  expect(scales.map((scale) => levelAt(LEVELS, scale))).toEqual([5, 4, 4, 3, 1, 0, 0]);
  expect(levelAt([{ width: 100, height: 100 }], 0.01)).toBe(0);
});

test('tiles cover what is seen and no more, in pixels of the full image', () => {
  const seen = tilesOf(LEVELS, 1, { x: 1000, y: -50, width: 100, height: 1100 });
  expect(seen.map(({ key, place }) => [key, place])).toEqual([
    ['1/0/0', { x: 0, y: 0, width: 1024, height: 1024 }],
    ['1/1/0', { x: 1024, y: 0, width: 1024, height: 1024 }],
    ['1/0/1', { x: 0, y: 1024, width: 1024, height: 1024 }],
    ['1/1/1', { x: 1024, y: 1024, width: 1024, height: 1024 }],
  ]);
  const whole = tilesOf(LEVELS, 5, { x: 0, y: 0, width: 12_000, height: 12_000 });
  expect(whole.map(({ place }) => place)).toEqual([{ x: 0, y: 0, width: 12_000, height: 12_000 }]);
  // Each part of the screen is covered once, at any place.
  const all = tilesOf(LEVELS, 2, { x: 0, y: 0, width: 12_000, height: 12_000 });
  expect(all.reduce((sum, { place }) => sum + place.width * place.height, 0)).toBe(12_000 ** 2);
});
