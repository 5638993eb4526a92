import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from './errors.js';
import { memorySource } from './source/byte-source.js';
import { openImage } from './source/open.js';

const own = fileURLToPath(new URL('../fixtures/', import.meta.url));
const shared = fileURLToPath(new URL('../../../../shared/data/formats/', import.meta.url));

const ENDING = /\.(png|tif|jpg|bmp|lsm|ome)$/;
const TRUNCATIONS = 20;
const CHANGES = 200;
const MOST_SECONDS = 5;
/** Larger files are damaged less often, so that the whole takes seconds. */
const SMALL = 50_000;

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => ENDING.test(name) && !name.includes('zarr'));
}

/** Numbers below `end`, the same ones each time (a linear congruential generator). */
function sequence(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

/** Opens what is left of a file, and reads the first and the last plane of each resolution. */
async function readDamaged(bytes: Uint8Array, siblings: string): Promise<void> {
  const start = performance.now();
  try {
    const picture = await openImage(memorySource(bytes, 'damaged'), {
      siblings: async (name) =>
        memorySource(readFileSync(siblings + name.replaceAll(/[^\w.-]/g, '_')), 'damaged'),
    });
    const { info } = picture;
    for (const [level, { width, height }] of info.levels.entries()) {
      for (const last of [0, 1]) {
        const slice = last * (info.slices - 1);
        const channels = [last * (info.channels.length - 1)];
        const window = { x: 0, y: 0, width, height: Math.min(height, 2000) };
        const image = await picture.readRegion({ level, ...window, slice, channels });
        expect(image.data.length).toBe(image.width * image.height);
      }
    }
  } catch (error) {
    if (!(error instanceof ImageFileError)) throw error;
    expect(error.file).toBe('damaged');
  }
  expect((performance.now() - start) / 1000).toBeLessThan(MOST_SECONDS);
}

async function expectSafe(folder: string, name: string): Promise<void> {
  const whole = new Uint8Array(readFileSync(folder + name));
  const siblings = (folder + name).replace(/[^/]*$/, '');
  for (let i = 0; i < TRUNCATIONS; i++) {
    await readDamaged(whole.subarray(0, Math.floor((whole.length * i) / TRUNCATIONS)), siblings);
  }
  const next = sequence(whole.length);
  const changes = whole.length <= SMALL ? CHANGES : CHANGES / 10;
  for (let i = 0; i < changes; i++) {
    const bytes = whole.slice();
    // Half of the changes fall where headers mostly are, at the start and at the end.
    const places = [
      next(bytes.length),
      next(Math.min(400, bytes.length)),
      bytes.length - 1 - next(Math.min(400, bytes.length)),
    ];
    bytes[places[[0, 0, 1, 2][i % 4] ?? 0] ?? 0] = next(256);
    await readDamaged(bytes, siblings);
  }
}

describe('a damaged file is an image or an ImageFileError that names it', () => {
  const pictures = `${own}pictures/`;
  it.each(filesIn(pictures))('%s', (name) => expectSafe(pictures, name), 60_000);

  describe.skipIf(!existsSync(shared))('real files (skipped without the shared data folder)', () => {
    it.each(filesIn(shared))('%s', (name) => expectSafe(shared, name), 60_000);
  });
});
