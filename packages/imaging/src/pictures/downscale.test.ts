import fc from 'fast-check';
import { expect, it } from 'vitest';
import { downscale } from './downscale.js';

it('takes the mean of each block', () => {
  const data = Uint8Array.of(0, 2, 10, 20, 4, 6, 30, 41);
  const image = { width: 4, height: 2, channels: 1, dtype: 'uint8', data } as const;
  expect(downscale(image, 2)).toEqual({ ...image, width: 2, height: 1, data: Uint8Array.of(3, 25) });
});

it('does not enlarge', () => {
  const image = { width: 1, height: 1, channels: 3, dtype: 'uint8', data: Uint8Array.of(1, 2, 3) } as const;
  expect(downscale(image, 10)).toBe(image);
});

it('keeps each channel at its constant, whatever the sizes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      (w, h, side) => {
        const data = Uint16Array.from({ length: w * h * 2 }, (_, i) => (i % 2 === 0 ? 700 : 65535));
        const small = downscale({ width: w, height: h, channels: 2, dtype: 'uint16', data }, side);
        expect(Math.max(small.width, small.height)).toBeLessThanOrEqual(Math.max(side, 1));
        expect(small.data.length).toBe(small.width * small.height * 2);
        small.data.forEach((value, i) => {
          expect(value).toBe(i % 2 === 0 ? 700 : 65535);
        });
      },
    ),
    { numRuns: 50 },
  );
});
