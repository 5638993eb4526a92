import { existsSync, mkdtempSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Raster, rasterStore } from './raster-store.js';

const SIDE = 4;
const SIZE = SIDE * SIDE;

/** A store of images of 16 bytes, of which two fit into memory, that tells what it read and waits where it is told to. */
function openStore(folder = mkdtempSync(join(tmpdir(), 'deepflash-'))) {
  const file = (_: string, image: string): string => join(folder, image);
  const loaded: string[] = [];
  let before: () => Promise<void> = async () => undefined;
  const store = rasterStore<Raster>({
    folder,
    journal: (_, image) => join(folder, `${image}.journal`),
    async load(expert, image) {
      loaded.push(image);
      const there = existsSync(file(expert, image));
      const data = there ? new Uint8Array(await readFile(file(expert, image))) : new Uint8Array(SIZE);
      return { width: SIDE, height: SIDE, data };
    },
    async write(expert, image, { data }) {
      const bytes = data.slice();
      await before();
      await writeFile(file(expert, image), bytes);
    },
    areValues: () => true,
    memory: 2 * SIZE,
  });
  return {
    ...{ folder, store, loaded },
    pixels: async (image: string) => [...(await store.read('Ada', image)).data],
    draw: (image: string, x: number, value: number) =>
      store.patch('Ada', image, { x, y: 0, width: 1, height: 1, values: Uint8Array.of(value) }),
    inFile: async (image: string) => [...(await readFile(file('Ada', image)))],
    journal: (image: string) => existsSync(join(folder, `${image}.journal`)),
    beforeWriting(work: () => Promise<void>) {
      before = work;
    },
  };
}

test('what was used longest ago leaves memory, and comes back from its file', async () => {
  const { store, loaded, pixels, draw } = openStore();
  await draw('a', 0, 7);
  await store.settle('Ada', 'a');
  for (const image of ['b', 'a', 'c']) await pixels(image);
  expect(loaded).toEqual(['a', 'b', 'c']);
  await pixels('a');
  expect(loaded).toEqual(['a', 'b', 'c']);
  await pixels('b');
  expect(await pixels('c')).toHaveLength(SIZE);
  expect((await pixels('a')).slice(0, 2)).toEqual([7, 0]);
  expect(loaded).toEqual(['a', 'b', 'c', 'b', 'c', 'a']);
});

test('what is not in its file stays in memory, however much that is', async () => {
  const { store, loaded, pixels, draw } = openStore();
  const images = ['a', 'b', 'c', 'd'];
  for (const [index, image] of images.entries()) await draw(image, 0, index + 1);
  for (const [index, image] of images.entries()) expect((await pixels(image))[0]).toBe(index + 1);
  expect(loaded).toEqual(images);
  await store.flush();
  await pixels('a');
  expect(loaded).toEqual([...images, 'a']);
});

test('a stroke that comes while the file is written is taken at once, and lost by no crash', async () => {
  const { folder, store, draw, inFile, journal, beforeWriting, pixels } = openStore();
  await draw('a', 0, 1);
  beforeWriting(async () => {
    beforeWriting(async () => undefined);
    await draw('a', 1, 2);
  });
  await store.settle('Ada', 'a');
  expect((await inFile('a')).slice(0, 2)).toEqual([1, 0]);
  expect(journal('a')).toBe(true);
  // Another server, as after a crash.
  expect((await openStore(folder).pixels('a')).slice(0, 2)).toEqual([1, 2]);
  await store.settle('Ada', 'a');
  expect((await inFile('a')).slice(0, 2)).toEqual([1, 2]);
  expect(journal('a')).toBe(false);
  expect((await pixels('a')).slice(0, 2)).toEqual([1, 2]);
});

test('what is forgotten while its file is written takes no later stroke with it', async () => {
  const { store, draw, journal, beforeWriting, pixels } = openStore();
  await draw('a', 0, 1);
  let forgotten: Promise<void> | undefined;
  beforeWriting(async () => {
    beforeWriting(async () => undefined);
    forgotten = store.forget('Ada', 'a');
    await draw('a', 1, 2);
  });
  await store.settle('Ada', 'a');
  await forgotten;
  expect(journal('a')).toBe(true);
  expect((await pixels('a'))[1]).toBe(2);
});
