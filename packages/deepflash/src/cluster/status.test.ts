import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { clusterStatus } from './status.js';
import { writeSubmission } from './submission.js';
import { beginJournal } from './task-journal.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-status-'));
const path = process.env.PATH;
afterAll(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

// Programs of a Slurm that keeps accounts, which the one of the other tests does not.
test.skipIf(process.platform === 'win32')(
  'of tasks that Slurm has forgotten its accounts tell, where they did not finish',
  async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const program = (name: string, text: string) =>
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    program('squeue', 'echo "7_3|RUNNING|None|node2"');
    program('sacct', `echo "7_2|OUT_OF_MEMORY|None|node1"`);
    process.env.PATH = `${bin}${delimiter}${path}`;
    const [out, jobs] = [folder, { 'shard-1': '7_1', 'shard-2': '7_2', 'shard-3': '7_3' }];
    await writeSubmission(out, {
      ...{ schemaVersion: 1, kind: 'prediction', submitted: '', workingFolder: '.', tasks: 3, jobs },
    });
    const begin = (task: string, number: string) =>
      beginJournal(out, task, { SLURM_ARRAY_JOB_ID: '7', SLURM_ARRAY_TASK_ID: number });
    begin('shard-1', '1').end('finished');
    begin('shard-2', '2');
    const { tasks } = await clusterStatus(out);
    expect(tasks.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['shard-1', 'done', null],
      ['shard-2', 'failed', expect.stringMatching(/more memory than it asked for on node1: submit again/)],
      ['shard-3', 'running', null],
      ['finish', 'cancelled', 'It was not submitted.'],
    ]);
  },
);
