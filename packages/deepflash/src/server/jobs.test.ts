/** What becomes of jobs that a server finds. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFiles, projectFiles } from '../project/layout.js';
import { openProject } from '../project/project.js';
import { newChanges } from './changes.js';
import { jobProcess, signal } from './job-process.js';
import { type Job, type Jobs, openJobs } from './jobs.js';

const opened: Jobs[] = [];
const children: ChildProcess[] = [];
afterEach(() => {
  for (const jobs of opened.splice(0)) jobs.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Opens a new project in which jobs have left these records. */
async function openWith(...records: readonly Partial<Job>[]): Promise<{ jobs: Jobs; files: ProjectFiles }> {
  const folder = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project');
  const files = projectFiles(folder);
  await openProject(folder);
  for (const record of records) {
    const usual = { kind: 'train', target: 'run', args: ['train'], created: '', started: '', ended: null };
    writeFileSync(
      files.job(record.id ?? ''),
      JSON.stringify({ ...usual, message: null, pid: null, ...record }),
    );
  }
  const jobs = await openJobs(files, async () => undefined, newChanges());
  opened.push(jobs);
  return { jobs, files };
}

const statesOf = (jobs: Jobs): string[] => jobs.list().map(({ state }) => state);

function sleeper(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  return child;
}

test.each([
  ['failed', /^This did not begin, because the merging of the experts by staple, .* has failed: /],
  [
    'cancelled',
    /the merging of the experts by staple, whose result it needs, was stopped: ask for both again\.$/,
  ],
  ['interrupted', /the merging of the experts by staple, whose result it needs, was cut off: ask for both/],
] as const)('a job fails, and says why, where what it needs was %s', async (state, message) => {
  const { jobs, files } = await openWith(
    { id: '1', kind: 'ground-truth', target: 'staple', state },
    { id: '2', after: '1', state: 'waiting' },
  );
  expect(statesOf(jobs)).toEqual([state, 'failed']);
  expect(jobs.list()[1]?.message).toMatch(message);
  expect(JSON.parse(readFileSync(files.job('2'), 'utf8'))).toMatchObject({ state: 'failed' });
});

test.runIf(process.platform !== 'win32')(
  'a job whose process still works goes on, and can be stopped',
  async () => {
    const child = sleeper();
    const { jobs } = await openWith({ id: '1', state: 'running', ...(await jobProcess(child.pid)) });
    expect(statesOf(jobs)).toEqual(['running']);
    const ended = new Promise((resolve) => child.once('exit', (_, name) => resolve(name)));
    await jobs.cancel('1');
    expect(await ended).toBe('SIGINT');
    await expect.poll(() => statesOf(jobs), { timeout: 60_000 }).toEqual(['cancelled']);
  },
);

test.each([
  ['a later process has its number', { host: hostname(), born: '1' }],
  ['it works on another computer', { host: 'elsewhere' }],
  ['nobody has noted where it works', { host: null, born: null }],
])('a job is interrupted, and no process is stopped for it, where %s', async (_, other) => {
  const child = sleeper();
  const process = { ...(await jobProcess(child.pid)), ...other };
  const { jobs } = await openWith({ id: '1', state: 'running', ...process });
  expect(statesOf(jobs)).toEqual(['interrupted']);
  const ended = new Promise((resolve) => child.once('exit', (_, name) => resolve(name)));
  await signal(process, 'SIGINT');
  child.kill('SIGTERM');
  expect(await ended).toBe('SIGTERM');
});
