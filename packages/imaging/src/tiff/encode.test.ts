import fc from 'fast-check';
import { fromArrayBuffer } from 'geotiff';
import { describe, expect, it } from 'vitest';
import { type Image, newSamples, type SampleType } from '../image.js';
import { readImage } from '../read.js';
import { encodeTiff, type TiffOptions } from './encode.js';

const images: fc.Arbitrary<Image> = fc
  .tuple(
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 1, max: 30 }),
    fc.constantFrom(1, 2, 3, 5),
    fc.constantFrom<SampleType>('uint8', 'uint16', 'uint32', 'float32'),
    fc.infiniteStream(fc.integer({ min: -(2 ** 30), max: 2 ** 32 })),
  )
  .map(([width, height, channels, dtype, numbers]) => {
    const data = newSamples(dtype, width * height * channels);
    for (let i = 0; i < data.length; i++) data[i] = (numbers.next().value ?? 0) / 3;
    return { width, height, channels, dtype, data };
  });
const options = fc.constantFrom<TiffOptions>({}, { compression: 'deflate' }, { compression: 'none' });

describe('encodeTiff', () => {
  it('writes what readImage reads, sample for sample', async () => {
    await fc.assert(
      fc.asyncProperty(images, options, async (image, chosen) => {
        expect(await readImage(encodeTiff(image, chosen), 'a.tif')).toEqual(image);
      }),
      { numRuns: 40 },
    );
  });

  it('writes what geotiff reads, sample for sample', async () => {
    await fc.assert(
      fc.asyncProperty(images, options, async (image, chosen) => {
        const tiff = await fromArrayBuffer(encodeTiff(image, chosen).slice().buffer);
        const page = await tiff.getImage();
        expect([page.getWidth(), page.getHeight()]).toEqual([image.width, image.height]);
        expect(Array.from((await page.readRasters({ interleave: true })) as ArrayLike<number>)).toEqual(
          Array.from(image.data),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('cuts large images into strips', async () => {
    const data = Float32Array.from({ length: 700 * 500 }, (_, i) => Math.sin(i));
    const image = { width: 700, height: 500, channels: 1, dtype: 'float32', data } as const;
    const tiff = encodeTiff(image);
    const page = await (await fromArrayBuffer(tiff.slice().buffer)).getImage();
    expect(page.getTileHeight()).toBeLessThan(500);
    expect(await readImage(tiff, 'a.tif')).toEqual(image);
  });

  it('tells Fiji the range of a grey float image', async () => {
    const data = Float32Array.of(0.25, Number.NaN, 0.75);
    const tiff = encodeTiff({ width: 3, height: 1, channels: 1, dtype: 'float32', data });
    expect(new TextDecoder().decode(tiff)).toContain('ImageJ=1.54f\nimages=1\nmin=0.25\nmax=0.75\n');
    // Pillow reads compressed floats right in this order only.
    expect([...tiff.subarray(0, 2)]).toEqual([0x49, 0x49]);
  });

  it('does not compress a float page whose channel has a name, which lies in the order that Pillow misreads', () => {
    const image = { width: 1, height: 1, channels: 1, dtype: 'float32', data: Float32Array.of(1.5) } as const;
    const one = { planes: [image], slices: 1, frames: 1, pixelSize: null, unit: null };
    const tiff = encodeTiff({ ...one, channels: [{ name: 'DAPI', colour: null }] });
    expect([...tiff.subarray(0, 2)]).toEqual([0x4d, 0x4d]);
    expect(new DataView(tiff.buffer, tiff.byteOffset).getFloat32(8)).toBe(1.5);
  });

  it('refuses sizes that do not fit the data', () => {
    const image = { width: 2, height: 2, channels: 1, dtype: 'uint8', data: new Uint8Array(3) } as const;
    expect(() => encodeTiff(image)).toThrow(
      'An image of 2 x 2 x 1 uint8 samples cannot hold a Uint8Array of 3.',
    );
  });
});
