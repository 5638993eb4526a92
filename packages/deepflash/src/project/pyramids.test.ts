import { existsSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng, encodeTiff, type Image } from '@deepflash/imaging';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { files, openTestStudio, type TestStudio } from '../testing/studio.js';
import { projectFiles } from './layout.js';
import { openImages } from './open-images.js';
import { type PyramidState, pyramids } from './pyramids.js';

/** So wide that it needs smaller copies, and flat. */
const [WIDTH, HEIGHT] = [4800, 6];

function wide(dtype: 'uint8' | 'uint16'): Image {
  const values = Array.from(
    { length: WIDTH * HEIGHT },
    (_, i) => ((i % WIDTH) + Math.floor(i / WIDTH)) % 250,
  );
  const data = dtype === 'uint8' ? Uint8Array.from(values) : Uint16Array.from(values);
  return { width: WIDTH, height: HEIGHT, channels: 1, dtype, data };
}

let studio: TestStudio;
beforeAll(async () => {
  studio = await openTestStudio();
  const tiff = encodeTiff(wide('uint16'));
  const png = encodePng(wide('uint8'));
  const small = encodePng({ width: 2, height: 1, channels: 1, dtype: 'uint8', data: Uint8Array.of(1, 2) });
  const body = files(['rows.tif', tiff], ['whole.png', png], ['small.png', small]);
  await studio.ask('/api/images', { method: 'POST', body });
});
afterAll(() => studio.close());

async function state(image: string): Promise<PyramidState> {
  return (await (await studio.ask(`/api/images/${image}/levels`)).json()) as PyramidState;
}

async function made(image: string): Promise<PyramidState> {
  for (;;) {
    const found = await state(image);
    if (found.done === 1 || found.problem !== undefined) return found;
  }
}

async function window(image: string, query: string): Promise<number[]> {
  const response = await studio.ask(`/api/images/${image}/window?${query}`);
  const bytes = await response.arrayBuffer();
  return [...(response.headers.get('X-Dtype') === 'uint16' ? new Uint16Array(bytes) : new Uint8Array(bytes))];
}

test.each(['rows', 'whole'])('%s: smaller copies are made once and hold the means', async (image) => {
  expect(await made(image)).toEqual({
    levels: expect.arrayContaining([
      { width: WIDTH, height: HEIGHT },
      { width: WIDTH / 2, height: HEIGHT / 2 },
      { width: WIDTH / 4, height: 2 },
    ]),
    done: 1,
  });
  // Of 1, 2 and below them 2, 3; halves are rounded up.
  expect(await window(image, 'level=1&x=0&y=0&width=3&height=1')).toEqual([1, 3, 5]);
  expect(await window(image, 'level=0&x=249&y=0&width=2&height=1')).toEqual([249, 0]);
  const file = image === 'rows' ? 'rows.tif' : 'whole.png';
  const copy = projectFiles(studio.folder).pyramid(file, 1, 1);
  expect(existsSync(copy)).toBe(true);
  const { mtimeMs } = statSync(copy);
  expect((await state(image)).done).toBe(1);
  expect(statSync(copy).mtimeMs).toBe(mtimeMs);
  // An image that was put in its place has copies of its own.
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(projectFiles(studio.folder).images, file), later, later);
  expect((await state(image)).done).toBeLessThan(1);
});

test('planes that were only passed on the way to another one get no copies', async () => {
  const of = projectFiles(studio.folder);
  const planes = Array.from({ length: 4 }, () => wide('uint8'));
  const unscaled = { channels: [{ name: null, colour: null }], frames: 1, pixelSize: null, unit: null };
  writeFileSync(join(of.images, 'stack.tif'), encodeTiff({ planes, slices: 4, ...unscaled }));
  const opened = openImages();
  // Without patience, who does not ask in this very moment is forgotten.
  const { state } = pyramids(of, opened, 0);
  const look = (slice: number) => state('stack.tif', { slice, frame: 0 });
  for (const slice of [0, 1, 2, 3]) await look(slice);
  while ((await look(3)).done < 1);
  expect([1, 2, 3, 4].map((z) => existsSync(of.pyramid('stack.tif', z, 1)))).toEqual([
    false,
    false,
    false,
    true,
  ]);
  await opened.close();
});

test('a small image has itself alone, and no level beyond', async () => {
  expect(await state('small')).toEqual({ levels: [{ width: 2, height: 1 }], done: 1 });
  const response = await studio.ask('/api/images/small/window?level=1&width=1&height=1');
  expect(response.status).toBe(400);
});
