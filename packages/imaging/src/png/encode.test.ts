import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readImage } from '../read.js';
import { encodePng } from './encode.js';

it('keeps every sample of 8 and 16 bit, grey and RGB', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(1, 3),
      fc.constantFrom('uint8' as const, 'uint16' as const),
      fc.infiniteStream(fc.nat(65535)),
      async (width, height, channels, dtype, numbers) => {
        const values = [...numbers.take(width * height * channels)];
        const data = dtype === 'uint8' ? Uint8Array.from(values) : Uint16Array.from(values);
        const image = { width, height, channels, dtype, data };
        expect(await readImage(encodePng(image), 'a.png')).toEqual(image);
      },
    ),
    { numRuns: 40 },
  );
});

it('writes alpha, which reading drops', async () => {
  const image = {
    width: 1,
    height: 1,
    channels: 4,
    dtype: 'uint8',
    data: Uint8Array.of(1, 2, 3, 128),
  } as const;
  expect(await readImage(encodePng(image), 'a.png')).toMatchObject({
    channels: 3,
    data: Uint8Array.of(1, 2, 3),
  });
});

it('refuses what PNG cannot hold', () => {
  const image = { width: 1, height: 1, channels: 1, dtype: 'float32', data: Float32Array.of(0.5) } as const;
  expect(() => encodePng(image)).toThrow('PNG holds uint8 or uint16 samples, not float32.');
  expect(() => encodePng({ ...image, channels: 2 })).toThrow(RangeError);
});
