import { encodePng } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { readMaskFile } from '../data/mask-file.js';
import { projectFiles } from '../project/layout.js';
import { files, openTestStudio } from '../testing/studio.js';

test('a class that came last is there when objects are numbered one by one', async () => {
  const studio = await openTestStudio();
  const grey = { width: 2, height: 1, channels: 1, dtype: 'uint8' } as const;
  const image = encodePng({ ...grey, data: new Uint8Array(2) });
  await studio.ask('/api/images', { method: 'POST', body: files(['a.png', image]) });
  await studio.ask('/api/labels/Ada/a');
  await studio.post('/api/classes', { classes: ['background', 'cell', 'vessel'] });
  const stroke = { method: 'PATCH', body: Uint8Array.of(1, 2) };
  await studio.ask('/api/labels/Ada/a?x=0&y=0&width=2&height=1', stroke);
  await studio.post('/api/objects', { objects: 'numbered' });
  const numbered = new Uint32Array(await (await studio.ask('/api/objects/Ada/a')).arrayBuffer());
  await studio.close();
  expect([...numbered].map((value) => Math.floor(value / 65_536))).toEqual([1, 2]);
});

test('what was drawn in two classes is the same when a third one comes, also for the next server', async () => {
  const first = await openTestStudio();
  const grey = { width: 2, height: 2, channels: 1, dtype: 'uint8' } as const;
  const image = encodePng({ ...grey, data: new Uint8Array(4) });
  await first.ask('/api/images', { method: 'POST', body: files(['a.png', image]) });
  const stroke = { method: 'PATCH', body: Uint8Array.of(1, 1) };
  await first.ask('/api/labels/Ada/a?x=0&y=0&width=2&height=1', stroke);
  expect((await first.post('/api/classes', { classes: ['Ground', 'Soma', 'Axon'] })).status).toBe(200);
  await first.close();

  const second = await openTestStudio(first.folder);
  const drawn = new Uint8Array(await (await second.ask('/api/labels/Ada/a')).arrayBuffer());
  await second.close();
  expect([...drawn]).toEqual([1, 1, 0, 0]);
  expect([...(await readMaskFile(projectFiles(first.folder).labels('Ada', 'a'))).data]).toEqual([1, 1, 0, 0]);
});
