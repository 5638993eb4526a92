import { appendFileSync, mkdtempSync } from 'node:fs';
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
