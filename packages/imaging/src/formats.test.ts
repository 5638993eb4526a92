import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openImageFile } from './node.js';

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly slices: number;
  readonly frames: number;
  readonly dtype: string;
  readonly statistics: readonly { readonly min: number; readonly max: number; readonly mean: number }[];
  readonly planes: readonly string[];
}

const expected: Record<string, Expected> = JSON.parse(
  readFileSync(new URL('../fixtures/formats.json', import.meta.url), 'utf8'),
);
const formats = fileURLToPath(new URL('../../../../shared/data/formats/', import.meta.url));

/** The hash of samples as 64-bit floats, which every type becomes without loss. */
function hashOf(samples: ArrayLike<number>): string {
  return createHash('sha256')
    .update(new Uint8Array(Float64Array.from(samples).buffer))
    .digest('hex');
}

describe.skipIf(!existsSync(formats))('real files (skipped without the shared data folder)', () => {
  it.each(Object.entries(expected))('%s is what tifffile, GDAL or Pillow read', async (name, wanted) => {
    const picture = await openImageFile(formats + name);
    const { info } = picture;
    expect({
      width: info.width,
      height: info.height,
      channels: info.channels.length,
      slices: info.slices,
      frames: info.frames,
      dtype: info.storedType,
    }).toEqual({
      width: wanted.width,
      height: wanted.height,
      channels: wanted.channels,
      slices: wanted.slices,
      frames: wanted.frames,
      dtype: wanted.dtype,
    });
    const hashes: string[] = [];
    for (let frame = 0; frame < info.frames; frame++) {
      for (let channel = 0; channel < info.channels.length; channel++) {
        for (let slice = 0; slice < info.slices; slice++) {
          const window = { x: 0, y: 0, width: info.width, height: info.height };
          const { data } = await picture.readRegion({ ...window, channels: [channel], slice, frame });
          hashes.push(hashOf(data));
          if (frame > 0 || slice > 0) continue;
          const { min, max, mean } = wanted.statistics[channel] ?? { min: 0, max: 0, mean: 0 };
          expect(data.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)).toBe(min);
          expect(data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)).toBe(max);
          expect(data.reduce((sum, value) => sum + value, 0) / data.length).toBeCloseTo(mean, 6);
        }
      }
    }
    expect(hashes).toEqual(wanted.planes);
    await picture.close();
  });

  it('says that a truncated JPEG is truncated', async () => {
    const path = `${formats}skimage_debian/truncated.jpg`;
    await expect(openImageFile(path)).rejects.toThrow(`${path} is truncated (its JPEG data ends too early)`);
  });
});
