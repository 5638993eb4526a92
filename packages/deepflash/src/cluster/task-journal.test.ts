import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beginJournal, readJournal } from './task-journal.js';

const attempt = (folder: string, job: string) =>
  beginJournal(folder, 'shard-1', { SLURM_ARRAY_JOB_ID: job, SLURM_ARRAY_TASK_ID: '1' });

test('a task gets on when it comes further than the attempts before it, of the same job', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-journal-'));
  const first = attempt(folder, '1');
  expect(first.gotOn()).toBe(false);
  first.progress(0, 9, 'images');
  expect(first.gotOn()).toBe(false);
  // Told too soon to be written, but for the end.
  first.progress(4, 9, 'images');
  expect(first.gotOn()).toBe(true);
  first.end('stopped');
  expect(readJournal(folder, 'shard-1').at(-2)).toMatchObject({ type: 'progress', done: 4 });

  const second = attempt(folder, '1');
  second.progress(4, 9, 'images');
  expect(second.gotOn()).toBe(false);
  second.progress(5, 9, 'images');
  expect(second.gotOn()).toBe(true);
  second.end('stopped');

  // Submitted anew, it may begin from the start.
  const anew = attempt(folder, '2');
  anew.progress(1, 9, 'images');
  expect(anew.gotOn()).toBe(true);
});
