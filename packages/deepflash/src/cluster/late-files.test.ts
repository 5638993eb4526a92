import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awaitFinished } from './late-files.js';
import { beginJournal } from './task-journal.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-late-'));
beginJournal(folder, 'shard-1').end('finished');
beginJournal(folder, 'shard-2').end('failed', 'It failed.');
const tasks = ['shard-1', 'shard-2', 'shard-3'];

test('files of a task that says it is done are waited for, those of others are not', async () => {
  const asked: string[] = [];
  await awaitFinished(
    folder,
    tasks,
    (task) => {
      asked.push(task);
      return asked.length > 5;
    },
    { patience: 60, every: 0 },
  );
  expect(asked).toEqual([...tasks, 'shard-1', 'shard-1', 'shard-1']);
});

test('what never comes is not waited for without end, and on a local disk not at all', async () => {
  let asked = 0;
  const never = (): boolean => {
    asked++;
    return false;
  };
  await awaitFinished(folder, tasks, never, { patience: 0.01, every: 0.005 });
  expect(asked).toBeGreaterThan(0);
  asked = 0;
  await awaitFinished(folder, tasks, never);
  expect(asked).toBe(3);
});
