import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from './errors.js';
import { encodePng } from './png/encode.js';
import { readImage } from './read.js';
import { memorySource } from './source/byte-source.js';
import { openImage } from './source/open.js';
import { encodeTiff } from './tiff/encode.js';

const fixtures = new URL('../fixtures/', import.meta.url);
const sharedFormats = new URL('../../../../shared/data/formats/', import.meta.url);

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly dtype: string;
  readonly first: readonly number[];
  readonly sha256: string;
}

const expected: Record<string, Expected> = JSON.parse(
  readFileSync(new URL('expected.json', fixtures), 'utf8'),
);

const tiny = {
  width: 3,
  height: 2,
  channels: 1,
  dtype: 'uint16',
  data: Uint16Array.of(1, 2, 3, 4, 5, 6),
} as const;

describe('readImage', () => {
  it.each(Object.entries(expected))('gives the samples that were put into %s', async (name, wanted) => {
    const { data, ...sizes } = await readImage(readFileSync(new URL(name, fixtures)), name);
    const { first, sha256, ...wantedSizes } = wanted;
    expect(sizes).toEqual(wantedSizes);
    expect([...data.slice(0, 8)]).toEqual(first);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  });

  it('leaves the bytes that it is given as they were', async () => {
    const bytes = readFileSync(new URL('float64-big-endian.tif', fixtures));
    const before = Uint8Array.from(bytes);
    await readImage(bytes, 'float64-big-endian.tif');
    expect(Uint8Array.from(bytes)).toEqual(before);
  });

  it('reads bytes in the middle of a larger buffer', async () => {
    const png = encodePng(tiny);
    const larger = new Uint8Array(png.length + 20).fill(7);
    larger.set(png, 10);
    expect(await readImage(larger.subarray(10, 10 + png.length), 'a.png')).toEqual(tiny);
  });

  it.each([
    ['GIF89a', 'is a GIF image, and PNG, TIFF, JPEG, BMP and OME-Zarr images are read; save it as PNG'],
    [
      'ZISRAWFILE\0',
      'is a Zeiss CZI file, and .*; open it in Fiji \\(File > Import > Bio-Formats\\) and save it',
    ],
    [`${'\0'.repeat(128)}DICM`, 'is a DICOM file'],
    ['<!DOCTYPE html>', 'is a web page, and .*; download the file itself'],
    ['x,y\n1,2\n', 'is a text'],
    ['\0\x01\x02', 'is of an unknown format'],
  ])('names what a file of another format is: %j', async (begins, says) => {
    const bytes = Uint8Array.from(begins, (letter) => letter.charCodeAt(0));
    await expect(readImage(bytes, 'photo.png')).rejects.toThrow(new RegExp(`^photo\\.png ${says}`));
    const huge = { ...memorySource(bytes, 'photo.png'), size: 1e12 };
    await expect(openImage({ ...huge, read: async () => bytes })).rejects.toThrow(says.slice(0, 9));
  });

  it('calls an empty file truncated', async () => {
    await expect(readImage(new Uint8Array(0), 'empty.tif')).rejects.toThrow('empty.tif is truncated');
  });

  it('refuses every PNG that is cut off', async () => {
    const png = readFileSync(new URL('rgb8-interlaced.png', fixtures));
    for (let length = 4; length < png.length; length++) {
      await expect(readImage(png.subarray(0, length), 'cut.png')).rejects.toThrow(/^cut\.png is truncated/);
    }
  });

  it('refuses a PNG with a changed byte in a part that matters', async () => {
    const png = Uint8Array.from(readFileSync(new URL('grey16.png', fixtures)));
    png[png.length - 20] = (png[png.length - 20] ?? 0) ^ 1;
    await expect(readImage(png, 'flip.png')).rejects.toThrow(/^flip\.png is damaged .*checksum/);
  });

  it('refuses every TIFF that is cut off before its pixels and its directory are whole', async () => {
    for (const name of ['deflate-tiles.tif', 'strips-big-endian.tif', 'lzw-runs.tif']) {
      const tiff = readFileSync(new URL(name, fixtures));
      const whole = await readImage(tiff, name);
      for (let length = 4; length < tiff.length; length += 97) {
        const result = await readImage(tiff.subarray(0, length), name).catch((error: unknown) => error);
        if (result instanceof ImageFileError) expect(result.problem).toMatch(/truncated|damaged/);
        else expect(result).toEqual(whole);
      }
    }
  });

  it('meets damaged bytes with an ImageFileError or an image, never with anything else', async () => {
    const files = Object.keys(expected).map((name) => readFileSync(new URL(name, fixtures)));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (file, changes) => {
          const bytes = Uint8Array.from(file);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const result = await readImage(bytes, 'damaged').catch((error: unknown) => error);
          if (!(result instanceof ImageFileError)) {
            expect(result).toMatchObject({ width: expect.any(Number), height: expect.any(Number) });
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses sizes that the file cannot hold before it takes memory for them', async () => {
    const tiff = encodeTiff({ ...tiny, width: 6, height: 1 }, { compression: 'none' });
    const view = new DataView(tiff.buffer);
    const directory = view.getUint32(4, true);
    view.setUint32(directory + 2 + 8, 1_000_000_000, true);
    await expect(readImage(tiff, 'huge.tif')).rejects.toThrow(/^huge\.tif is truncated/);
    view.setUint32(directory + 2 + 8, 300_000, true);
    view.setUint32(directory + 2 + 12 + 8, 30_000, true);
    await expect(readImage(tiff, 'huge.tif')).rejects.toThrow('declares 300000 x 30000 pixels');
  });
});

describe.skipIf(!existsSync(sharedFormats))('real files (skipped without the shared data folder)', () => {
  const means: Record<string, number> = {
    'imagejs_tiff/color16-lzw.tif': 51412.43428819445,
    'imagejs_tiff/tile_rgb_deflate.tif': 975.3900349934896,
    'imagejs_tiff/whiteIsZero.tif': 65535 - 5784.953903810199,
    'qupath_cells/cells-2c.ome.tif': 213.61610440778134,
    'qupath_cells/cells.tif': 213.58989302032887,
    'piximi_images/16b_1c_happy_cell.tif': 21620.33185,
    'viv_avivator_data/multi-channel.ome.tif': 47.49442800049105,
    'stardist_mask2d.tif': 2.128936767578125,
  };

  it.each(Object.entries(means))('%s has the mean that geotiff or tifffile gives', async (name, mean) => {
    const { data } = await readImage(readFileSync(new URL(name, sharedFormats)), name);
    let sum = 0;
    for (const value of data) sum += value;
    expect(sum / data.length).toBeCloseTo(mean, 6);
  });

  it('reads every PNG and TIFF file', async () => {
    const names = readdirSync(sharedFormats, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((name) => /\.(png|tif)$/.test(name))) {
      const image = await readImage(readFileSync(new URL(name.replaceAll('\\', '/'), sharedFormats)), name);
      expect(image.data.length).toBe(image.width * image.height * image.channels);
    }
  });
});
