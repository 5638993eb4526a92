import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batchScript, inLogName } from './batch-script.js';
import { parseResources } from './resources.js';
import { ranges } from './submit.js';

const script = {
  about: 'Training of 3 networks',
  name: 'deepflash-training',
  resources: { cpus: 8, memory: 16_000, minutes: 90, partition: 'gpu', gpus: 'a100:1', arrayLimit: 2 },
  array: '1-3',
  workingFolder: '/home/me/my cells',
  folder: "/home/me/my cells/Ann's run",
  log: "/home/me/my cells/Ann's run/cluster/logs/fold-%a.log",
  setup: 'module load node\n',
  command: ['/usr/bin/node', 'cli.js', 'task', "Ann's run", 'fold-$SLURM_ARRAY_TASK_ID'],
};

test('a batch script asks for what was asked for, and survives blanks and quotation marks', () => {
  const text = batchScript(script);
  const asked = text.split('\n').flatMap((line) => /^#SBATCH --(.*)$/.exec(line)?.[1] ?? []);
  expect(asked).toEqual([
    'job-name=deepflash-training',
    'array=1-3%2',
    'partition=gpu',
    'nodes=1',
    'ntasks=1',
    'cpus-per-task=8',
    'gpus-per-task=a100:1',
    'mem=16000M',
    'time=90',
    'requeue',
    'signal=B:USR1@120',
    'open-mode=append',
    'chdir="/home/me/my cells"',
    'output="/home/me/my cells/Ann\'s run/cluster/logs/fold-%a.log"',
  ]);
  expect(text).toContain("folder='/home/me/my cells/Ann'\\''s run'");
  expect(text).toContain(`/usr/bin/node cli.js task 'Ann'\\''s run' "fold-$SLURM_ARRAY_TASK_ID" 2>&3 3>&- &`);
  expect(text.indexOf('module load node')).toBeLessThan(text.indexOf('/usr/bin/node'));
});

test.runIf(process.platform === 'linux')('a task that is killed without a word is told to be', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-script-'));
  mkdirSync(join(folder, 'cluster'));
  const command = ['sh', '-c', 'kill -9 $$'];
  const input = batchScript({ ...script, folder, setup: '', command });
  const { status, stderr } = spawnSync('bash', ['-s'], { input, encoding: 'utf8' });
  expect(status).toBe(137);
  expect(stderr).toMatch(/^It was killed, .*more --memory if that was so\.\n$/);
});

test('a batch script survives all that a path may hold', () => {
  const path = '/data/50%agar #3/O"Brien\\x';
  const text = batchScript({ ...script, workingFolder: path, log: `${inLogName(path)}/%a.log` });
  expect(text).toContain('#SBATCH --chdir="/data/50%agar #3/O\\"Brien\\\\x"');
  expect(text).toContain('#SBATCH --output="/data/50%%agar #3/O\\"Brien\\\\x/%a.log"');
});

test('a job that is no array has none', () => {
  expect(batchScript({ ...script, array: undefined })).not.toContain('--array');
});

test.each([
  [
    { memory: '16G', time: '1-12' },
    { memory: 16_384, minutes: 2160 },
  ],
  [
    { memory: '1500', time: '90' },
    { memory: 1500, minutes: 90 },
  ],
  [
    { memory: '0.5T', time: '12:00:00' },
    { memory: 524_288, minutes: 720 },
  ],
  [{ time: '90:30' }, { minutes: 91 }],
  [{ time: '2-12:30' }, { minutes: 3630 }],
])('sizes and times are those of sbatch: %j', (given, meant) => {
  expect(parseResources(given)).toEqual(meant);
});

test.each([
  [{ cpus: 'four' }, /--cpus must be a whole number/],
  [{ memory: 'much' }, /--memory must be a size such as 16G/],
  [{ time: 'soon' }, /--time must be minutes/],
  [{ partition: 'gpu\n#SBATCH --uid=0' }, /--partition must be a name/],
])('what Slurm cannot take is refused: %j', (given, says) => {
  expect(() => parseResources(given)).toThrow(says);
});

test('numbers of an array are written in ranges', () => {
  expect(ranges([1, 2, 3, 7, 9, 10])).toBe('1-3,7,9-10');
});
