import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openImageFile } from './node.js';
import type { ImageSource, Region } from './source/image-source.js';

/** What other readers find in a file; `fixtures/make_formats.py` and `make_pictures.py` say how. */
interface Expected {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly slices: number;
  readonly frames: number;
  readonly dtype: string;
  readonly statistics: readonly { readonly min: number; readonly max: number; readonly mean: number }[];
  /** Hashes of all planes, slice after slice of channel after channel of frame after frame. */
  readonly planes: readonly string[];
  readonly levels?: readonly { readonly width: number; readonly height: number; readonly plane: string }[];
  readonly format?: string;
  readonly names?: readonly string[];
  readonly pixelSize?: { readonly x: number; readonly y: number; readonly z: number };
  readonly unit?: string;
}

function expectedOf(name: string): [string, Expected][] {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
  return Object.entries<Expected>(JSON.parse(text));
}

const shared = fileURLToPath(new URL('../../../../shared/data/formats/', import.meta.url));
const own = fileURLToPath(new URL('../fixtures/pictures/', import.meta.url));

/** The hash of samples as 64-bit floats, which every type becomes without loss. */
function hashOf(samples: ArrayLike<number>): string {
  return createHash('sha256')
    .update(new Uint8Array(Float64Array.from(samples).buffer))
    .digest('hex');
}

async function planeOf(picture: ImageSource, region: Partial<Region>) {
  const level = picture.info.levels[region.level ?? 0];
  if (!level) throw new Error(`There is no level ${region.level}.`);
  return picture.readRegion({ x: 0, y: 0, width: level.width, height: level.height, ...region });
}

async function expectPicture(path: string, wanted: Expected): Promise<void> {
  const picture = await openImageFile(path);
  const { info } = picture;
  expect({ ...info, channels: info.channels.length, dtype: info.storedType }).toMatchObject({
    width: wanted.width,
    height: wanted.height,
    channels: wanted.channels,
    slices: wanted.slices,
    frames: wanted.frames,
    dtype: wanted.dtype,
    ...(wanted.format && { format: wanted.format }),
    ...(wanted.pixelSize && { pixelSize: wanted.pixelSize, unit: wanted.unit }),
  });
  if (wanted.names) expect(info.channels.map(({ name }) => name)).toEqual(wanted.names);
  const hashes: string[] = [];
  for (let frame = 0; frame < info.frames; frame++) {
    for (let channel = 0; channel < info.channels.length; channel++) {
      for (let slice = 0; slice < info.slices; slice++) {
        const { data } = await planeOf(picture, { channels: [channel], slice, frame });
        hashes.push(hashOf(data));
        if (frame === 0 && slice === 0) expectStatistics(data, wanted.statistics[channel]);
      }
    }
  }
  expect(hashes).toEqual(wanted.planes);
  const levels = wanted.levels ?? [wanted];
  expect(info.levels).toEqual(levels.map(({ width, height }) => ({ width, height })));
  for (const [level, { plane }] of (wanted.levels ?? []).entries()) {
    expect(hashOf((await planeOf(picture, { level, channels: [0] })).data)).toBe(plane);
  }
  await picture.close();
}

function expectStatistics(data: ArrayLike<number>, wanted: Expected['statistics'][number] | undefined): void {
  const values = Array.from(data);
  expect(values.reduce((least, value) => Math.min(least, value))).toBe(wanted?.min);
  expect(values.reduce((most, value) => Math.max(most, value))).toBe(wanted?.max);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean).toBeCloseTo(wanted?.mean ?? Number.NaN, 6);
}

describe.skipIf(!existsSync(shared))('real files (skipped without the shared data folder)', () => {
  it.each(expectedOf('formats'))('%s is what tifffile, GDAL or Pillow read', async (name, wanted) => {
    await expectPicture(shared + name, wanted);
  });

  it('says that a truncated JPEG is truncated', async () => {
    const path = `${shared}skimage_debian/truncated.jpg`;
    await expect(openImageFile(path)).rejects.toThrow(`${path} is truncated (its JPEG data ends too early)`);
  });
});

describe('files made by other programs', () => {
  it.each(expectedOf('pictures'))('%s is what was put into it', async (name, wanted) => {
    await expectPicture(own + name, wanted);
  });

  it.each([
    ['cmyk.jpg', 'uses CMYK colours, which is not read here'],
    ['run-length.bmp', 'uses run-length compression of BMP, which is not read here'],
  ])('%s is refused by name', async (name, problem) => {
    await expect(openImageFile(own + name)).rejects.toThrow(`${name} ${problem}`);
  });
});
