import { appendFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEventLog, readEvents } from './events.js';

const path = () => join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'events.jsonl');
test('events that were added are read again', () => {
  const file = path();
  const log = openEventLog(file);
  log.append({ type: 'warning', message: 'slow' });
  log.close();
  expect(readEvents(file)).toMatchObject([{ type: 'warning', message: 'slow' }]);
  expect(readEvents(path())).toEqual([]);
});

test('half a line of a killed process is passed over and does not swallow the next', () => {
  const file = path();
  appendFileSync(file, '{"time":"2024-01-01T00:00:00.000Z","type":"warn');
  const log = openEventLog(file);
  log.append({ type: 'warning', message: 'again' });
  log.close();
  expect(readEvents(file)).toMatchObject([{ message: 'again' }]);
});

test('the files of tasks are read as one, each in its own order whatever its clock says', () => {
  const file = path();
  const add = (to: string, ...lines: [time: string, message: string][]): void =>
    appendFileSync(
      to,
      lines.map(([time, message]) => `${JSON.stringify({ time, type: 'warning', message })}\n`).join(''),
    );
  add(file, ['2024-01-01T00:00:09Z', 'last']);
  mkdirSync(file.replace('.jsonl', ''));
  const tasks = [1, 2].map((fold) => file.replace('.jsonl', `/fold-${fold}.jsonl`));
  add(tasks[0] ?? '', ['2024-01-01T00:00:01Z', 'a'], ['2024-01-01T00:00:05Z', 'c']);
  add(tasks[1] ?? '', ['2024-01-01T00:00:03Z', 'b'], ['2024-01-01T00:00:02Z', 'after b']);
  const messages = readEvents(file).map((event) => event.type === 'warning' && event.message);
  expect(messages).toEqual(['a', 'b', 'after b', 'c', 'last']);
});
