import type { Image, ImageSource, Level } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { readOverview } from './overview.js';

/** A picture of two channels whose samples tell their place and level; below `signed` rows it reads as float32. */
function picture(levels: readonly Level[], signed = 0): ImageSource & { readonly read: number[] } {
  const [full] = levels;
  if (full === undefined) throw new Error('It has a level.');
  const read: number[] = [];
  return {
    read,
    info: {
      ...{ format: 'TIFF', ...full, levels, channels: [channel, channel], rgb: false, slices: 1, frames: 1 },
      ...{ dtype: 'uint32', storedType: 'int32', pixelSize: null, unit: null },
    },
    async readRegion({ level = 0, x, y, width, height }): Promise<Image> {
      read.push(height);
      const at = (i: number): number =>
        sample(level, x + (Math.floor(i / 2) % width), y + Math.floor(i / 2 / width), i % 2);
      const values = Array.from({ length: 2 * width * height }, (_, i) => at(i));
      return y < signed
        ? { width, height, channels: 2, dtype: 'float32', data: Float32Array.from(values) }
        : { width, height, channels: 2, dtype: 'uint32', data: Uint32Array.from(values) };
    },
    async close() {},
  };
}
const channel = { name: null, colour: null };
const sample = (level: number, x: number, y: number, c: number): number => level * 1e6 + y * 1000 + x * 2 + c;

function everyNth(level: number, step: number, width: number, height: number): number[] {
  return Array.from({ length: 2 * width * height }, (_, i) =>
    sample(level, step * (Math.floor(i / 2) % width), step * Math.floor(i / 2 / width), i % 2),
  );
}

test('a picture that is small enough is read as it is', async () => {
  const { width, height, data } = await readOverview(picture([{ width: 20, height: 9 }]), 20);
  expect([width, height, ...data]).toEqual([20, 9, ...everyNth(0, 1, 20, 9)]);
});

test('of resolutions, the largest that is small enough', async () => {
  const levels = [4, 2, 1].map((factor) => ({ width: 10 * factor, height: 7 * factor }));
  const { width, height, data } = await readOverview(picture(levels), 25);
  expect([width, height, ...data]).toEqual([20, 14, ...everyNth(1, 1, 20, 14)]);
});

test.each([
  { width: 10, height: 1201, side: 400, step: 4 },
  { width: 130, height: 1025, side: 513, step: 2 },
  { width: 701, height: 3, side: 100, step: 8 },
])('without smaller ones, every n-th pixel, strip by strip: %o', async ({ width, height, side, step }) => {
  const source = picture([{ width, height }]);
  const overview = await readOverview(source, side);
  expect(Math.max(...source.read)).toBeLessThanOrEqual(512);
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  expect([overview.width, overview.height, overview.dtype]).toEqual([columns, rows, 'uint32']);
  expect(Array.from(overview.data)).toEqual(everyNth(0, step, columns, rows));
});

test('strips of other types, by what they hold, come together', async () => {
  const overview = await readOverview(picture([{ width: 4, height: 1100 }], 600), 1000);
  expect(overview.dtype).toBe('float32');
  expect(Array.from(overview.data)).toEqual(everyNth(0, 2, 2, 550));
});
