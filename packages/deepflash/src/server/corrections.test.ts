import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodePng } from '@deepflash/imaging';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectFiles } from '../project/layout.js';
import { predictionFiles } from '../runs/layout.js';
import { files, openTestStudio, type TestStudio } from '../testing/studio.js';

let studio: TestStudio;
beforeEach(async () => {
  studio = await openTestStudio();
});
afterEach(() => studio.close());

test('a prediction is the start of a drawing, and never replaces one', async () => {
  const grey = { width: 4, height: 4, channels: 1, dtype: 'uint8' } as const;
  const image = encodePng({ ...grey, data: new Uint8Array(16) });
  const mask = predictionFiles(projectFiles(studio.folder).prediction('first')).mask('a');
  mkdirSync(dirname(mask), { recursive: true });
  writeFileSync(mask, encodePng({ ...grey, data: new Uint8Array(16).fill(255) }));
  await studio.ask('/api/images', { method: 'POST', body: files(['a.png', image]) });
  const correct = async () =>
    (await studio.post('/api/corrections', { prediction: 'first', image: 'a', expert: 'Ada' })).json();
  const drawn = async () => [...new Uint8Array(await (await studio.ask('/api/labels/Ada/a')).arrayBuffer())];

  expect(await correct()).toMatchObject({ state: 'begun' });
  expect(await drawn()).toEqual(new Array(16).fill(1));
  const stroke = { method: 'PATCH', body: Uint8Array.of(0, 0) };
  await studio.ask('/api/labels/Ada/a?x=1&y=0&width=2&height=1', stroke);
  const corrected = [1, 0, 0, ...new Array(13).fill(1)];
  expect(await correct()).toMatchObject({ state: 'kept' });
  expect(await drawn()).toEqual(corrected);
});
