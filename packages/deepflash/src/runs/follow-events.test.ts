import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEvents } from './events.js';
import { followEvents } from './follow-events.js';

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'events.jsonl');
const warning = (message: string, time = '2024-01-01T00:00:00Z'): string =>
  `${JSON.stringify({ time, type: 'warning', message })}\n`;

test('what was read is kept, and what was added is read, also a line that came in two parts', async () => {
  const [file, events] = [newFile(), followEvents()];
  expect(await events.read(file)).toEqual([]);
  const line = warning('ü'.repeat(100));
  writeFileSync(file, warning('first') + line.slice(0, 60));
  const [first, ...others] = await events.read(file);
  expect(first).toMatchObject({ message: 'first' });
  expect(others).toEqual([]);
  appendFileSync(file, line.slice(60) + warning('third'));
  const later = await events.read(file);
  expect(later).toEqual(readEvents(file));
  expect(later).toHaveLength(3);
  // The very same, not one that was read once more.
  expect(later[0]).toBe(first);
});

test('many readers at once, of a file of many pieces, all get all of it', async () => {
  const [file, events] = [newFile(), followEvents()];
  const lines = Array.from({ length: 3000 }, (_, index) => warning(`${index}`));
  writeFileSync(file, lines.join(''));
  const reading = [events.read(file), events.read(file)];
  appendFileSync(file, warning('last'));
  reading.push(events.read(file));
  const counts = (await Promise.all(reading)).map(({ length }) => length);
  expect(counts.at(-1)).toBe(3001);
  expect(await events.read(file)).toEqual(readEvents(file));
});

test.each([
  ['cut', (file: string) => writeFileSync(file, warning('new'))],
  ['written anew, and longer', (file: string) => writeFileSync(file, warning('new').repeat(9))],
  [
    'replaced by another file',
    (file: string) => {
      writeFileSync(`${file}.new`, warning('new').repeat(9));
      renameSync(`${file}.new`, file);
    },
  ],
  ['removed', (file: string) => rmSync(file)],
])('a file that was %s is read from its start', async (_, change) => {
  const [file, events] = [newFile(), followEvents()];
  writeFileSync(file, warning('old').repeat(3));
  expect(await events.read(file)).toHaveLength(3);
  change(file);
  expect(await events.read(file)).toEqual(readEvents(file));
});

test('tasks that come while it is looked at are read as well, in their order', async () => {
  const [file, events] = [newFile(), followEvents()];
  writeFileSync(file, warning('last', '2024-01-01T00:00:09Z'));
  expect(await events.read(file)).toHaveLength(1);
  const folder = file.replace('.jsonl', '');
  mkdirSync(folder);
  writeFileSync(join(folder, 'fold-1.jsonl'), warning('first'));
  expect(await events.read(file)).toMatchObject([{ message: 'first' }, { message: 'last' }]);
});
