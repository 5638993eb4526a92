import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEventLog, type RunEvent, readEvents } from './events.js';
import { foldHistory } from './history.js';

const path = () => join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'events.jsonl');
const step = (step: number, loss: number): RunEvent => ({
  type: 'step',
  fold: 1,
  step,
  steps: 9,
  loss,
  gradientNorm: 1,
  learningRate: 0.001,
  seconds: 1,
});

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

test('steps that were repeated after a stop count once', () => {
  const started = (done: number): RunEvent => ({
    type: 'started',
    fold: 1,
    step: done,
    steps: 9,
    parameters: 5,
  });
  const events = [started(0), step(1, 3), step(2, 2), step(3, 9), started(2), step(3, 1)];
  expect(foldHistory(events, 1).steps.map(({ step, loss }) => [step, loss])).toEqual([
    [1, 3],
    [2, 2],
    [3, 1],
  ]);
});
