import { expect, test } from 'vitest';
import { sampleImage } from './cells.js';

test('the same number gives the same image, another number another one', () => {
  const first = sampleImage({ number: 1, size: 128 });
  expect(sampleImage({ number: 1, size: 128 })).toEqual(first);
  expect(sampleImage({ number: 2, size: 128 }).image.data).not.toEqual(first.image.data);
});

test('marked pixels are brighter than the others, and fill a part of the image', () => {
  const { image, mask } = sampleImage({ number: 3, size: 256 });
  const sums = [0, 0];
  const counts = [0, 0];
  mask.data.forEach((value, i) => {
    sums[value] = (sums[value] ?? 0) + (image.data[i] ?? 0);
    counts[value] = (counts[value] ?? 0) + 1;
  });
  const [back = 0, cells = 0] = sums.map((sum, value) => sum / (counts[value] ?? 1));
  expect(cells).toBeGreaterThan(back + 30);
  const part = (counts[1] ?? 0) / mask.data.length;
  expect(part).toBeGreaterThan(0.03);
  expect(part).toBeLessThan(0.3);
});
