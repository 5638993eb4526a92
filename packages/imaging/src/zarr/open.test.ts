import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesOf, storeNames } from '../../fixtures/zarr/stores.js';
import type { Image } from '../image.js';
import { openImageFile } from '../node.js';
import type { Region } from '../source/image-source.js';
import { openOmeZarr } from './open.js';
import { memoryStore } from './store.js';

/** What the script that made the stores put at a place. */
function sampleAt(storedType: string, t: number, c: number, z: number, y: number, x: number): number {
  const total = t * 1000 + c * 300 + z * 100 + y * 7 + x;
  if (storedType === 'bool') return total % 3 === 0 ? 1 : 0;
  if (storedType.startsWith('int')) return (total % 120) - 20;
  if (storedType.startsWith('float')) return Math.fround(total / 4);
  return storedType === 'uint8' ? total % 251 : total;
}

function expectSamples(image: Image, storedType: string, region: Required<Region>): void {
  const wanted: number[] = [];
  for (let y = region.y; y < region.y + region.height; y++) {
    for (let x = region.x; x < region.x + region.width; x++) {
      for (const c of region.channels) wanted.push(sampleAt(storedType, region.frame, c, region.slice, y, x));
    }
  }
  expect([...image.data]).toEqual(wanted);
}

const complete = storeNames.filter((name) => !/missing|sharded/.test(name));

describe.each(complete)('%s', (name) => {
  it('has every sample of every plane, and of a window', async () => {
    const source = await openOmeZarr(memoryStore(filesOf(name)), name);
    const { width, height, channels, slices, frames, storedType } = source.info;
    const all = channels.map((_, channel) => channel);
    for (let frame = 0; frame < frames; frame++) {
      for (let slice = 0; slice < slices; slice++) {
        const whole = { level: 0, x: 0, y: 0, width, height, channels: all, slice, frame };
        expectSamples(await source.readRegion(whole), storedType, whole);
        const part = { ...whole, x: 13, y: 9, width: 7, height: 10, channels: [...all].reverse() };
        expectSamples(await source.readRegion(part), storedType, part);
      }
    }
  });
});

it('says what a picture is', async () => {
  const name = 'v2 blosc lz4 tczyx uint16';
  const { info } = await openOmeZarr(memoryStore(filesOf(name)), name);
  expect(info).toEqual({
    format: 'OME-Zarr',
    width: 24,
    height: 20,
    channels: [
      { name: 'DAPI', colour: [0, 0, 255] },
      { name: 'GFP', colour: [0, 255, 0] },
    ],
    rgb: false,
    slices: 3,
    frames: 2,
    dtype: 'uint16',
    storedType: 'uint16',
    pixelSize: { x: 0.25, y: 0.5, z: 1.5 },
    unit: 'µm',
    levels: [
      { width: 24, height: 20 },
      { width: 12, height: 10 },
    ],
  });
});

it('reads a level', async () => {
  const source = await openOmeZarr(memoryStore(filesOf('v2 blosc lz4 tczyx uint16')), 'x');
  const { data } = await source.readRegion({ level: 1, x: 3, y: 2, width: 1, height: 1, frame: 1, slice: 2 });
  expect([...data]).toEqual([0, 1].map((c) => sampleAt('uint16', 1, c, 2, 4, 6)));
});

it('has the fill value where a chunk is missing', async () => {
  const source = await openOmeZarr(memoryStore(filesOf('v3 missing chunk yx uint8')), 'x');
  const { data } = await source.readRegion({ x: 15, y: 0, width: 2, height: 1 });
  expect([...data]).toEqual([sampleAt('uint8', 0, 0, 0, 0, 15), 77]);
});

it('reads shards', async () => {
  const source = await openOmeZarr(memoryStore(filesOf('v3 sharded yx uint16')), 'x');
  const region = { level: 0, x: 17, y: 14, width: 31, height: 18, channels: [0], slice: 0, frame: 0 };
  expectSamples(await source.readRegion(region), 'uint16', region);
  const { data } = await source.readRegion({ x: 0, y: 0, width: 1, height: 1 });
  expect([...data]).toEqual([9]);
});

const shared = new URL('../../../../../shared/data/formats/ome-zarr/', import.meta.url);

/** Of both, as zarr-python and numcodecs read them. */
const CHANNEL_SUMS = [76.999999, 79.999999, 77.000147];

describe.skipIf(!existsSync(shared))('real folders (skipped without the shared data folder)', () => {
  it.each(['blobs_image_v04.ome.zarr', 'blobs_image_v05.ome.zarr'])('%s', async (name) => {
    const source = await openImageFile(fileURLToPath(new URL(name, shared)));
    expect(source.info).toMatchObject({ width: 12, height: 12, storedType: 'float64', dtype: 'float32' });
    expect(source.info.channels.map((channel) => channel.name)).toEqual(['0', '1', '2']);
    const { data } = await source.readRegion({ x: 0, y: 0, width: 12, height: 12 });
    const sums = [0, 0, 0];
    for (const [i, value] of data.entries()) sums[i % 3] = (sums[i % 3] ?? 0) + value;
    for (const [c, sum] of sums.entries()) expect(sum).toBeCloseTo(CHANNEL_SUMS[c] ?? Number.NaN, 4);
  });
});
