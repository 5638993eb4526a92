import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@deepflash/engine';
import { encodePng, type Image, NO_SELECTION } from '@deepflash/imaging';
import { openImageFile, readImageFile } from '@deepflash/imaging/node';
import type { PredictedRows } from '@deepflash/segmentation';
import { afterEach, expect, test } from 'vitest';
import { largePredictionFiles, predictionFiles } from '../runs/layout.js';
import { type ImageRows, openImageRows } from './image-rows.js';
import type { RowTaker } from './outcome.js';
import { tiledFiles } from './tiled-files.js';
import { wholeFiles } from './whole-files.js';
import { makePredictionFolders } from './write.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const width = 700;
const height = 1100;
const random = createRandom('tiled');
const discs = Array.from({ length: 120 }, () => ({
  x: random.next() * width,
  y: random.next() * height,
  radius: 3 + 40 * random.next() ** 2,
}));
const mask = Uint8Array.from({ length: width * height }, (_, i) => {
  const [x, y] = [i % width, Math.floor(i / width)];
  return discs.some((disc) => Math.hypot(disc.x - x, disc.y - y) < disc.radius) ? 1 : 0;
});
const uncertainty = Float32Array.from(mask, (_, i) => (i % 97) / 97);
const objects = {
  separate: 'components',
  depth: 0,
  prominence: 0,
  minimumSize: 200,
  fillHoles: false,
  excludeBorder: true,
} as const;

const large = { objects, probabilities: false, largeFormat: 'ome-tiff' } as const;

/** Hands over all rows, in parts of different heights. */
async function filled(taker: RowTaker) {
  for (let first = 0, count = 1; first < height; first += count) {
    count = Math.min(1 + ((first * 7) % 191), height - first);
    const part = <T extends Uint8Array | Float32Array>(all: T) =>
      all.subarray(first * width, (first + count) * width);
    const rows: PredictedRows = {
      ...{ first, count, separation: new Float32Array(0), ballots: [] },
      probabilities: Float32Array.from({ length: 2 * count * width }, (_, i) => {
        const foreground = uncertainty[first * width + (i % (count * width))] as number;
        return i < count * width ? 1 - foreground : foreground;
      }),
      mask: part(mask) as Uint8Array,
      uncertainty: part(uncertainty) as Float32Array,
    };
    await taker.take(rows);
  }
  return taker.finish();
}

const opened: ImageRows[] = [];
afterEach(async () => {
  for (const image of opened.splice(0)) await image.close();
});

async function openSample(): Promise<ImageRows> {
  const path = join(folder, 'image.png');
  const image: Image = { width, height, channels: 1, dtype: 'uint8', data: new Uint8Array(width * height) };
  writeFileSync(path, encodePng(image));
  const rows = await openImageRows(path, NO_SELECTION, 1);
  opened.push(rows);
  return rows;
}

test.each(['ome-tiff', 'ome-zarr'] as const)(
  'an image in tiles (%s) holds what a whole one does',
  async (format) => {
    const image = await openSample();
    const [whole, tiled] = [join(folder, `whole-${format}`), join(folder, `tiled-${format}`)];
    for (const out of [whole, tiled]) {
      await makePredictionFolders(out, [
        ...(['masks', 'uncertainty', 'instances', 'probabilities', 'rois', 'geojson'] as const),
      ]);
    }
    const options = { file: 'a.png', image, classes: 2, objects, probabilities: true };
    const records = await filled(wholeFiles({ ...options, out: whole }));
    const passed = await filled(await tiledFiles({ ...options, out: tiled, largeFormat: format }));
    expect(records.length).toBeGreaterThan(10);
    expect(passed.map(({ area, x, y, uncertainty }) => [area, x, y, uncertainty])).toEqual(
      records.map(({ area, x, y, uncertainty }) => [area, x, y, uncertainty]),
    );
    const [flat, parts] = [predictionFiles(whole), largePredictionFiles(tiled, 'a', format)];
    for (const [a, b] of [
      [flat.mask('a'), parts.mask],
      [flat.uncertaintyOf('a'), parts.uncertainty],
      [flat.instancesOf('a'), parts.instances],
      [flat.probabilityOf('a'), parts.probabilities],
    ] as const) {
      const expected = await readImageFile(a);
      const source = await openImageFile(b);
      expect(source.info.levels.length).toBeGreaterThan(1);
      const got = await source.readRegion({ x: 0, y: 0, width, height });
      await source.close();
      expect(bytesOf(got).equals(bytesOf(expected))).toBe(true);
    }
  },
);

function bytesOf({ data }: Image): Buffer {
  return Buffer.from(Float64Array.from(data).buffer);
}

test('what is given up leaves no file behind', async () => {
  const out = join(folder, 'given-up');
  await makePredictionFolders(out, ['masks', 'uncertainty', 'instances']);
  const taker = await tiledFiles({ out, file: 'a.png', image: await openSample(), classes: 2, ...large });
  await taker.discard();
  expect(['masks', 'uncertainty', 'instances'].flatMap((name) => readdirSync(join(out, name)))).toEqual([]);
});

test('what needs a whole image is refused for one in parts', async () => {
  const image = await openSample();
  const watershed = { ...objects, separate: 'watershed' } as const;
  await expect(
    tiledFiles({ out: folder, file: 'a.png', image, classes: 2, ...large, objects: watershed }),
  ).rejects.toThrow(/700 x 1100 pixels.*connected components only.*--separate/);
});
