import { expect, test } from 'vitest';
import { objectSizes } from './object-sizes.js';

function mask(width: number, height: number, isMarked: (x: number, y: number) => boolean) {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    isMarked(i % width, Math.floor(i / width)) ? 255 : 0,
  );
  return { width, height, channels: 1, dtype: 'uint8', data } as const;
}

const disc = (x: number, y: number, radius: number) => (px: number, py: number) =>
  Math.hypot(px - x, py - y) < radius;

test('the size of a disc is its diameter, and specks are none', () => {
  const [small = 0, large = 0, ...others] = objectSizes(
    mask(200, 100, (x, y) => disc(20, 20, 8)(x, y) || disc(120, 50, 30)(x, y) || (x === 0 && y === 99)),
  );
  expect(others).toEqual([]);
  expect(Math.abs(small - 16)).toBeLessThan(2);
  expect(Math.abs(large - 60)).toBeLessThan(4);
});

test('objects that touch are hardly larger than one', () => {
  const [row = 0, ...others] = objectSizes(
    mask(300, 40, (x, y) => y > 0 && y < 39 && disc(20 + 30 * Math.floor(x / 30), 20, 15.5)(x, y)),
  );
  expect(others.length).toBeLessThan(10);
  expect(row).toBeLessThan(60);
});

test('an empty mask has no objects', () => {
  expect(objectSizes(mask(10, 10, () => false))).toEqual([]);
});
