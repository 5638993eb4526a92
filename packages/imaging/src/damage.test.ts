import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from './errors.js';
import { memorySource } from './source/byte-source.js';
import { openImage } from './source/open.js';

const own = fileURLToPath(new URL('../fixtures/', import.meta.url));
const shared = fileURLToPath(new URL('../../../../shared/data/formats/', import.meta.url));

const ENDING = /\.(png|tif|jpg|bmp|lsm|ome)$/;
const TRUNCATIONS = 20;
const CHANGES = 200;
/** Of computing, so that a busy machine does not count. */
const MOST_SECONDS = 5;
/** Larger files are damaged less often here, so that the whole takes seconds; `bench/damage.ts` spares none. */
const SMALL = 50_000;

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => ENDING.test(name) && !name.includes('zarr'));
}

/** Opens what is left of a file, and reads the first and the last plane of each resolution. */
async function readDamaged(bytes: Uint8Array, siblings: string): Promise<void> {
  const start = process.cpuUsage();
  try {
    const picture = await openImage(memorySource(bytes, 'damaged'), {
      siblings: async (name) =>
        memorySource(readFileSync(siblings + name.replaceAll(/[^\w.-]/g, '_')), 'damaged'),
    });
    const { info } = picture;
    for (const [level, { width, height }] of info.levels.entries()) {
      for (const last of info.slices * info.channels.length > 1 ? [0, 1] : [0]) {
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
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(MOST_SECONDS);
}

/** A change of one byte: anywhere, or where headers mostly are, at the start and at the end. */
function changes(length: number): fc.Arbitrary<{ readonly at: number; readonly value: number }> {
  const edge = Math.min(400, length) - 1;
  const at = fc.oneof(
    { weight: 2, arbitrary: fc.nat(length - 1) },
    { weight: 1, arbitrary: fc.nat(edge) },
    { weight: 1, arbitrary: fc.nat(edge).map((fromEnd) => length - 1 - fromEnd) },
  );
  return fc.record({ at, value: fc.nat(255) });
}

async function expectSafe(folder: string, name: string): Promise<void> {
  const whole = new Uint8Array(readFileSync(folder + name));
  const siblings = (folder + name).replace(/[^/]*$/, '');
  for (let i = 0; i < TRUNCATIONS; i++) {
    await readDamaged(whole.subarray(0, Math.floor((whole.length * i) / TRUNCATIONS)), siblings);
  }
  await fc.assert(
    fc.asyncProperty(changes(whole.length), ({ at, value }) => readDamaged(whole.with(at, value), siblings)),
    { seed: 1, numRuns: whole.length <= SMALL ? CHANGES : CHANGES / 10 },
  );
}

describe('a damaged file is an image or an ImageFileError that names it', () => {
  const pictures = `${own}pictures/`;
  it.each(filesIn(pictures))('%s', (name) => expectSafe(pictures, name));

  describe.skipIf(!existsSync(shared))('real files (skipped without the shared data folder)', () => {
    it.each(filesIn(shared))('%s', (name) => expectSafe(shared, name));
  });
});
