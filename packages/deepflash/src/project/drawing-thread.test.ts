import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { UsageError } from '../errors.js';
import { drawingThread } from './drawing-thread.js';
import { CLASS } from './numbered-objects.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const thread = drawingThread();
afterAll(() => thread.close());

/** As large as drawings are that go to the thread. */
const LARGE = 2 ** 21;
const [width, height] = [6, 2];

test('files of large drawings are the same from the thread as from here', async () => {
  const data = Uint8Array.from([0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 2]);
  const mask = { width, height, classes: 3, data };
  const numbers = Uint32Array.from(data, (value, i) => (value === 0 ? 0 : CLASS * value + 1 + (i % 2)));
  const objects = { width, height, data: numbers };
  const results = await Promise.all(
    [1, LARGE].map(async (pixels) => {
      const [labels, tiff] = [join(folder, `${pixels}.png`), join(folder, `numbers-${pixels}.tif`)];
      const classes = await thread.run('writeObjects', { file: tiff, objects }, pixels);
      await thread.run('writeLabels', { file: labels, mask }, pixels);
      const read = await thread.run('readLabels', { file: labels, width, height, classes: 3 }, pixels);
      const found = await thread.run('readObjects', { file: tiff, mask: read }, pixels);
      return {
        files: [labels, tiff].map((file) => readFileSync(file, 'latin1')),
        ...{ classes: [...classes], labels: [...read.data], numbers: [...found.data] },
      };
    }),
  );
  expect(results[1]).toEqual(results[0]);
  expect(results[0]?.labels).toEqual([...data]);
});

test('what does not fit is told as one is told it here, and the thread goes on', async () => {
  const file = join(folder, 'small.png');
  const mask = { width: 2, height: 1, classes: 2, data: Uint8Array.of(0, 1) };
  await thread.run('writeLabels', { file, mask }, LARGE);
  for (const pixels of [1, LARGE]) {
    const reading = thread.run('readLabels', { file, width: 3, height: 1, classes: 2 }, pixels);
    await expect(reading).rejects.toThrow(/has 2 x 1 pixels, and its image 3 x 1/);
    await expect(reading).rejects.toBeInstanceOf(UsageError);
  }
  const nowhere = join(folder, 'nowhere', 'a.png');
  await expect(thread.run('writeLabels', { file: nowhere, mask }, LARGE)).rejects.toThrow(/nowhere/);
  expect(existsSync(nowhere)).toBe(false);
  const { data } = await thread.run('readLabels', { file, width: 2, height: 1, classes: 2 }, LARGE);
  expect([...data]).toEqual([0, 1]);
});
