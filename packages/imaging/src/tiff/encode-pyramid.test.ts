import fc from 'fast-check';
import { fromArrayBuffer } from 'geotiff';
import { describe, expect, it } from 'vitest';
import { type Image, newSamples, type SampleType } from '../image.js';
import { readImage } from '../read.js';
import { memorySink } from '../sink/byte-sink.js';
import { createPyramidTiff, type PyramidOptions } from './encode-pyramid.js';
import { halved } from './halve.js';

function picture({ width, height, dtype, channels }: PyramidOptions): Image {
  const data = newSamples(dtype, width * height * channels.length);
  for (let i = 0; i < data.length; i++) data[i] = (i * 7919) % 65_521;
  return { width, height, channels: channels.length, dtype, data };
}

function window(image: Image, x: number, y: number, size: number): Image {
  const width = Math.min(size, image.width - x);
  const height = Math.min(size, image.height - y);
  const data = newSamples(image.dtype, width * height * image.channels);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * image.channels;
    data.set(image.data.subarray(from, from + width * image.channels), row * width * image.channels);
  }
  return { ...image, width, height, data };
}

/** Writes a picture tile by tile, the tiles of a row from right to left. */
async function written(options: PyramidOptions): Promise<Uint8Array> {
  const image = picture(options);
  const sink = memorySink('a.ome.tif');
  const pyramid = await createPyramidTiff(sink, options);
  const { tileSize, columns, rows } = pyramid;
  for (let row = 0; row < rows; row++) {
    for (let column = columns - 1; column >= 0; column--) {
      await pyramid.writeTile(column, row, window(image, column * tileSize, row * tileSize, tileSize));
    }
  }
  await pyramid.close();
  return sink.bytes();
}

/** The same file with another directory as its first, so that any reader reads that one. */
function startingAt(bytes: Uint8Array, directory: number): ArrayBuffer {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(4, directory, true);
  return copy.buffer;
}

const channels = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `channel ${i}`, colour: null }));

const options: fc.Arbitrary<PyramidOptions> = fc
  .record({
    width: fc.integer({ min: 1, max: 150 }),
    height: fc.integer({ min: 1, max: 150 }),
    dtype: fc.constantFrom<SampleType>('uint8', 'uint16', 'uint32', 'float32'),
    channels: fc.constantFrom(1, 2, 3).map(channels),
    rgb: fc.boolean(),
    reduction: fc.constantFrom('mean' as const, 'nearest' as const),
    tileSize: fc.constantFrom(16, 32, 48),
    compression: fc.constantFrom('deflate' as const, 'none' as const),
  })
  .map((chosen) => ({ ...chosen, rgb: chosen.rgb && chosen.channels.length === 3 }));

describe('createPyramidTiff', () => {
  it('writes pages and levels, each half of the one before, which geotiff reads sample for sample', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (chosen) => {
        const bytes = await written(chosen);
        const tiff = await fromArrayBuffer(bytes.slice().buffer);
        const pages = chosen.rgb ? 1 : chosen.channels.length;
        expect(await tiff.getImageCount()).toBe(pages);
        for (let page = 0; page < pages; page++) {
          const image = await tiff.getImage(page);
          const subs = image.fileDirectory.hasTag('SubIFDs')
            ? await image.fileDirectory.loadValue('SubIFDs')
            : [];
          const levels = [
            image,
            ...(await Promise.all(
              Array.from(subs as ArrayLike<number>, async (at) =>
                (await fromArrayBuffer(startingAt(bytes, at))).getImage(),
              ),
            )),
          ];
          let expected = picture(chosen);
          for (const [number, level] of levels.entries()) {
            if (number > 0) expected = halved(expected, chosen.reduction ?? 'mean');
            expect([level.getWidth(), level.getHeight()]).toEqual([expected.width, expected.height]);
            const raster = await level.readRasters({ interleave: true });
            const wanted = chosen.rgb
              ? expected.data
              : expected.data.filter((_, i) => i % expected.channels === page);
            expect(Array.from(raster as ArrayLike<number>)).toEqual(Array.from(wanted));
          }
          const { tileSize = 512 } = chosen;
          expect(Math.max(expected.width, expected.height)).toBeLessThanOrEqual(tileSize);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('writes what readImage reads, and says in OME-XML what it is', async () => {
    const chosen: PyramidOptions = {
      width: 70,
      height: 50,
      dtype: 'uint16',
      channels: channels(1),
      tileSize: 32,
      pixelSize: { x: 0.5, y: 0.5, z: null },
      unit: 'µm',
    };
    const bytes = await written(chosen);
    expect(await readImage(bytes, 'a.ome.tif')).toEqual(picture(chosen));
    const xml = new TextDecoder().decode(bytes);
    expect(xml).toContain('SizeX="70" SizeY="50" SizeC="1" SizeZ="1" SizeT="1"');
    expect(xml).toContain('PhysicalSizeX="0.5" PhysicalSizeXUnit="&#181;m"');
    expect(xml).toContain('Name="channel 0"');
  });

  it('becomes a BigTIFF where it could exceed 4 GB', async () => {
    const large = { width: 70_000, height: 70_000, dtype: 'uint8', channels: channels(1) } as const;
    const sink = memorySink('a.tif');
    await createPyramidTiff(sink, large);
    expect([...sink.bytes().subarray(0, 4)]).toEqual([0x49, 0x49, 43, 0]);
    const small = memorySink('b.tif');
    await createPyramidTiff(small, { ...large, width: 40_000 });
    expect([...small.bytes().subarray(0, 4)]).toEqual([0x49, 0x49, 42, 0]);
  });

  it('refuses tiles that do not fit, come twice or too early, and an incomplete picture', async () => {
    const chosen = { width: 40, height: 40, dtype: 'uint8', channels: channels(1), tileSize: 16 } as const;
    const pyramid = await createPyramidTiff(memorySink('a.tif'), chosen);
    const whole = picture({ ...chosen, width: 16, height: 16 });
    await pyramid.writeTile(1, 0, whole);
    await expect(pyramid.writeTile(1, 0, whole)).rejects.toThrow('was written before');
    await expect(pyramid.writeTile(0, 1, whole)).rejects.toThrow('before row 0 was complete');
    await expect(pyramid.writeTile(2, 0, whole)).rejects.toThrow(
      'The tile in column 2 and row 0 must be 8 x 16 x 1 uint8, not 16 x 16 x 1 uint8.',
    );
    await expect(pyramid.writeTile(3, 0, whole)).rejects.toThrow(RangeError);
    await expect(pyramid.close()).rejects.toThrow('8 tiles of a.tif were not written.');
    await expect(createPyramidTiff(memorySink('a.tif'), { ...chosen, tileSize: 100 })).rejects.toThrow(
      RangeError,
    );
  });
});
