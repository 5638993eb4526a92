import { existsSync } from 'node:fs';
import { encodeLabels, encodePng } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOfProject, files, openTestStudio, type TestStudio } from '../testing/studio.js';
import { projectFiles } from './layout.js';

const [WIDTH, HEIGHT] = [8, 3];
const CELL = 65_536;
const VESSEL = 2 * CELL;

let studio: TestStudio;
beforeAll(async () => {
  studio = await openTestStudio();
  const data = new Uint8Array(WIDTH * HEIGHT);
  const picture = encodePng({ width: WIDTH, height: HEIGHT, channels: 1, dtype: 'uint8', data });
  await studio.ask('/api/images', { method: 'POST', body: files(['a.png', picture], ['b.png', picture]) });
  await studio.post('/api/classes', { classes: ['background', 'cell', 'vessel'] });
  await studio.post('/api/objects', { objects: 'numbered' });
});
afterAll(() => studio.close());

async function drawn(kind: 'labels' | 'objects', expert: string, image: string): Promise<number[]> {
  const bytes = await (await studio.ask(`/api/${kind}/${expert}/${image}`)).arrayBuffer();
  return [...(kind === 'labels' ? new Uint8Array(bytes) : new Uint32Array(bytes))];
}

function patch(row: number, values: readonly number[]): Promise<Response> {
  const body = new Uint8Array(Uint32Array.from(values).buffer);
  return studio.ask(`/api/objects/Ada/a?x=0&y=${row}&width=${values.length}&height=1`, {
    method: 'PATCH',
    body,
  });
}

const row = [CELL + 1, CELL + 1, CELL + 1, CELL + 2, CELL + 2, CELL + 2, VESSEL + 3, VESSEL + 3];

test('objects that touch keep their numbers, and a line keeps them apart for networks', async () => {
  for (let y = 0; y < HEIGHT; y++) expect((await patch(y, row)).status).toBe(204);
  expect(await drawn('objects', 'Ada', 'a')).toEqual([...row, ...row, ...row]);
  // Training and merging read files, which are written before.
  await studio.post('/api/ground-truth', { method: 'majority' });
  await studio.jobsEnded();
  const layout = projectFiles(studio.folder);
  const numbers = await readImageFile(layout.instances('Ada', 'a'));
  expect(numbers.dtype).toBe('uint16');
  expect([...numbers.data].slice(0, WIDTH)).toEqual([1, 1, 1, 2, 2, 2, 3, 3]);
  expect(existsSync(layout.instancesJournal('Ada', 'a'))).toBe(false);
  const classes = await drawn('labels', 'Ada', 'a');
  expect(classes.slice(0, 3)).toEqual([1, 1, 1]);
  expect(classes.slice(3, WIDTH)).toEqual([0, 1, 1, 2, 2]);
});

test.each([
  ['an object without a class', [1]],
  ['a class without an object', [CELL]],
  ['a class that the project does not have', [3 * CELL + 1]],
])('%s is refused', async (_, values) => {
  expect((await patch(0, values)).status).toBe(400);
});

test('numbers of a mask that is brought are kept, and a server that dies keeps them with their classes', async () => {
  const data = Uint32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < 4 ? 70_000 : 9 + i));
  const mask = encodeLabels({ width: WIDTH, height: HEIGHT, data });
  await studio.ask('/api/experts/Ben/masks', { method: 'POST', body: files(['b.tif', mask]) });
  await patch(0, row);
  const other = await openTestStudio(copyOfProject(studio.folder));
  expect(await (await other.ask('/api/objects/Ada/a')).arrayBuffer()).toEqual(
    await (await studio.ask('/api/objects/Ada/a')).arrayBuffer(),
  );
  const brought = await drawn('objects', 'Ben', 'b');
  expect(new Set(brought).size).toBe(13);
  expect(Math.max(...brought)).toBe(CELL + 13);
  await other.close();
});

test('drawn over by class, regions are the objects again', async () => {
  const body = Uint8Array.of(1, 1, 1, 1);
  await studio.ask('/api/labels/Ada/a?x=2&y=1&width=4&height=1', { method: 'PATCH', body });
  expect(existsSync(projectFiles(studio.folder).instances('Ada', 'a'))).toBe(false);
  const objects = await drawn('objects', 'Ada', 'a');
  expect(new Set(objects)).toEqual(new Set([0, CELL + 1, VESSEL + 2]));
});
