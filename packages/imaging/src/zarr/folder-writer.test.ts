import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FileWriteError } from '../errors.js';
import { type Image, newSamples, type SampleType } from '../image.js';
import { createOmeZarr, openImageFile } from '../node.js';
import { halfSize } from './pyramid.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deepflash-zarr-'));
});
afterAll(() => rm(folder, { recursive: true }));

function picture(width: number, height: number, channels: number, dtype: SampleType, seed: number): Image {
  const data = newSamples(dtype, width * height * channels);
  for (let i = 0; i < data.length; i++) data[i] = dtype === 'float32' ? i / 8 - seed : (i * 7 + seed) % 251;
  return { width, height, channels, dtype, data };
}

function crop(image: Image, x: number, y: number, width: number, height: number): Image {
  const data = newSamples(image.dtype, width * height * image.channels);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * image.channels;
    data.set(image.data.subarray(from, from + width * image.channels), row * width * image.channels);
  }
  return { ...image, width, height, data };
}

it('reads back what it wrote in tiles of any size, at every level', async () => {
  const types = fc.constantFrom<SampleType>('uint8', 'uint16', 'uint32', 'float32');
  const size = fc.integer({ min: 1, max: 70 });
  const compression = fc.constantFrom('zstd' as const, 'gzip' as const);
  await fc.assert(
    fc.asyncProperty(
      types,
      size,
      size,
      fc.integer({ min: 7, max: 40 }),
      compression,
      async (dtype, width, height, tile, codec) => {
        const image = picture(width, height, 2, dtype, tile);
        const path = join(folder, 'tiles.zarr');
        const channels = [0, 1].map((channel) => ({
          name: `C${channel}`,
          colour: [channel, 0, 255] as const,
        }));
        const writer = await createOmeZarr(path, {
          width,
          height,
          dtype,
          channels,
          chunkSize: 16,
          compression: codec,
        });
        const writing: Promise<void>[] = [];
        for (let y = 0; y < height; y += tile) {
          for (let x = 0; x < width; x += tile) {
            const part = crop(image, x, y, Math.min(tile, width - x), Math.min(tile, height - y));
            writing.push(writer.writeTile({ x, y, image: part }));
          }
        }
        await Promise.all(writing);
        await writer.close();
        const { info, readRegion } = await openImageFile(path);
        expect(info).toMatchObject({ width, height, dtype, channels });
        expect(await readRegion({ x: 0, y: 0, width, height })).toEqual(image);
        let expected = (await readRegion({ x: 0, y: 0, width, height, channels: [1] })).data;
        for (const [level, { width: w, height: h }] of info.levels.entries()) {
          const above = info.levels[level - 1];
          if (above) expected = halfSize(expected, above.width, above.height, 'intensities');
          const read = await readRegion({ level, x: 0, y: 0, width: w, height: h, channels: [1] });
          expect(read.data).toEqual(expected);
        }
      },
    ),
    { numRuns: 12 },
  );
});

const PYTHON = '/usr/bin/python3';
const reader = fileURLToPath(new URL('../../fixtures/zarr/read_zarr.py', import.meta.url));
const numcodecs = spawnSync(PYTHON, ['-c', 'import numcodecs']).status === 0;

it.skipIf(!numcodecs).each(['zstd', 'gzip'] as const)(
  'is read by Python with %s (skipped without numcodecs)',
  async (compression) => {
    const path = join(folder, `python-${compression}.zarr`);
    const image = picture(37, 21, 1, 'uint16', 3);
    const writer = await createOmeZarr(path, {
      width: 37,
      height: 21,
      dtype: 'uint16',
      chunkSize: 16,
      compression,
    });
    await writer.writeTile({ x: 0, y: 0, image });
    await writer.close();
    const read: unknown = JSON.parse(execFileSync(PYTHON, [reader, join(path, '0')], { encoding: 'utf8' }));
    expect(read).toEqual({
      shape: [1, 1, 1, 21, 37],
      dtype: 'uint16',
      axes: ['t', 'c', 'z', 'y', 'x'],
      data: [...image.data],
    });
  },
);

it('keeps slices, frames, calibration, and labels in lower resolutions', async () => {
  const path = join(folder, 'labels.zarr');
  const calibration = { pixelSize: { x: 0.2, y: 0.3, z: 1.5 }, unit: 'µm' };
  const options = { width: 40, height: 9, dtype: 'uint32', slices: 2, frames: 3, chunkSize: 16 } as const;
  const writer = await createOmeZarr(path, { ...options, calibration, content: 'labels' });
  const image = picture(40, 9, 1, 'uint32', 5);
  await writer.writeTile({ x: 0, y: 0, image, slice: 1, frame: 2 });
  await writer.close();
  const { info, readRegion } = await openImageFile(path);
  expect(info).toMatchObject({ slices: 2, frames: 3, ...calibration });
  const { attributes } = JSON.parse(await readFile(join(path, 'zarr.json'), 'utf8'));
  expect(attributes.ome.multiscales[0].name).toBe('labels');
  expect(await readRegion({ x: 0, y: 0, width: 40, height: 9, slice: 1, frame: 2 })).toEqual(image);
  const empty = await readRegion({ x: 0, y: 0, width: 40, height: 9, slice: 0, frame: 2 });
  expect(empty.data.every((value) => value === 0)).toBe(true);
  const lowest = await readRegion({ level: 2, x: 0, y: 0, width: 10, height: 3, slice: 1, frame: 2 });
  expect([...lowest.data]).toEqual(
    Array.from({ length: 30 }, (_, i) => image.data[4 * Math.floor(i / 10) * 40 + 4 * (i % 10)]),
  );
});

it('says nothing of slices whose distance is not known', async () => {
  const path = join(folder, 'flat.zarr');
  const calibration = { pixelSize: { x: 2, y: 2, z: null }, unit: 'nm' };
  const writer = await createOmeZarr(path, { width: 4, height: 4, dtype: 'uint8', calibration });
  await writer.close();
  expect((await openImageFile(path)).info).toMatchObject(calibration);
});

it('keeps the time between frames', async () => {
  const path = join(folder, 'film.zarr');
  const writer = await createOmeZarr(path, {
    ...{ width: 4, height: 4, dtype: 'uint8', frames: 2 },
    frameInterval: 2.5,
  });
  await writer.close();
  expect((await openImageFile(path)).info).toMatchObject({ frames: 2, frameInterval: 2.5 });
});

it('tells viewers a range of numbers that are finite', async () => {
  const path = join(folder, 'infinite.zarr');
  const writer = await createOmeZarr(path, { width: 4, height: 1, dtype: 'float32' });
  const data = Float32Array.of(Number.NEGATIVE_INFINITY, 3, Number.NaN, Number.POSITIVE_INFINITY);
  await writer.writeTile({ x: 0, y: 0, image: { width: 4, height: 1, channels: 1, dtype: 'float32', data } });
  await writer.close();
  const { attributes } = JSON.parse(await readFile(join(path, 'zarr.json'), 'utf8'));
  expect(attributes.ome.omero.channels[0].window).toEqual({ min: 0, max: 3, start: 3, end: 3 });
});

it('takes the mean of the pixels that are there', () => {
  expect([...halfSize(Uint8Array.of(0, 1, 2, 3, 4, 9), 3, 2, 'intensities')]).toEqual([2, 6]);
  expect([...halfSize(Uint8Array.of(0, 1, 2, 3, 4, 9), 3, 2, 'labels')]).toEqual([0, 2]);
});

it('appears whole or not at all', async () => {
  const path = join(folder, 'whole.zarr');
  const options = { width: 8, height: 8, dtype: 'uint8' } as const;
  const writer = await createOmeZarr(path, options);
  await writer.writeTile({ x: 0, y: 0, image: picture(8, 8, 1, 'uint8', 1) });
  expect(await readdir(folder)).not.toContain('whole.zarr');
  await writer.abort();
  expect((await readdir(folder)).filter((name) => name.includes('whole'))).toEqual([]);
});

it('does not take the place of other files, nor write where there is no folder', async () => {
  const path = join(folder, 'documents');
  const options = { width: 8, height: 8, dtype: 'uint8' } as const;
  await mkdir(path);
  await writeFile(join(path, 'thesis.txt'), 'years of work');
  await expect(createOmeZarr(path, options)).rejects.toThrow(FileWriteError);
  await expect(createOmeZarr(path, options)).rejects.toThrow(/would be lost/);
  await expect(createOmeZarr(join(folder, 'none/x.zarr'), options)).rejects.toThrow(FileWriteError);
});

it('refuses tiles that do not fit', async () => {
  const writer = await createOmeZarr(join(folder, 'fit.zarr'), { width: 8, height: 8, dtype: 'uint8' });
  const image = picture(8, 8, 1, 'uint8', 1);
  await expect(writer.writeTile({ x: 1, y: 0, image })).rejects.toThrow(RangeError);
  await expect(writer.writeTile({ x: 0, y: 0, image, frame: 1 })).rejects.toThrow(RangeError);
  await writer.abort();
});
