import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runFiles } from '../runs/layout.js';
import { lockFile, lockFold, lockRun, RunBusyError, refuseBusyRun } from './run-lock.js';

const newRun = (): string => mkdtempSync(join(tmpdir(), 'deepflash-'));
const holder = (more: object) =>
  JSON.stringify({ token: 'x', pid: process.pid, host: hostname(), born: null, since: 'now', ...more });

test('a run that is worked on is refused, and free again when it is given back', async () => {
  const run = newRun();
  const lock = await lockRun(run);
  await expect(lockRun(run)).rejects.toThrow(RunBusyError);
  await expect(refuseBusyRun(run)).rejects.toThrow(
    new RegExp(`Process ${process.pid} on .* has been working on ${run} since .*--out`),
  );
  await lock.release();
  expect(existsSync(runFiles(run).lock)).toBe(false);
  await (await lockRun(run)).release();
});

test('folds are held one by one, and whoever holds the run holds them all', async () => {
  const run = newRun();
  const second = await lockFold(run, 2);
  await expect(lockFold(run, 2)).rejects.toThrow(RunBusyError);
  await expect(refuseBusyRun(run)).rejects.toThrow(RunBusyError);
  await (await lockFold(run, 1)).release();
  await expect(lockRun(run, 3)).rejects.toThrow(RunBusyError);
  expect(existsSync(runFiles(run).lock)).toBe(false);
  await second.release();
  const whole = await lockRun(run, 3);
  await expect(lockFold(run, 3)).rejects.toThrow(RunBusyError);
  await whole.release();
  await (await lockFold(run, 3)).release();
});

test('of many that ask at the same time one gets the run', async () => {
  const run = newRun();
  const asked = await Promise.allSettled(Array.from({ length: 12 }, () => lockRun(run)));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test.runIf(process.platform === 'linux')('a later process of the same number holds nothing', async () => {
  const run = newRun();
  writeFileSync(runFiles(run).lock, holder({ born: '1' }));
  await refuseBusyRun(run);
  await (await lockRun(run)).release();
});

// Each waits for seconds for a sign of life.
describe.concurrent('locks that nobody holds any more', () => {
  test('the lock of a process that was killed is taken over', async () => {
    const run = newRun();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const { lock: file } = runFiles(run);
    writeFileSync(file, holder({ pid: child.pid }));
    const beat = setInterval(() => utimesSync(file, new Date(), new Date()), 500);
    await expect(lockRun(run)).rejects.toThrow(RunBusyError);
    await expect(refuseBusyRun(run)).rejects.toThrow(RunBusyError);
    clearInterval(beat);
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const lock = await lockRun(run);
    expect(JSON.parse(readFileSync(runFiles(run).lock, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test('without a sign of life, a later process holds nothing that cannot be told from the holder', async () => {
    const run = newRun();
    const { lock: file } = runFiles(run);
    writeFileSync(file, holder({ pid: process.ppid, born: null }));
    utimesSync(file, 1, 1);
    await refuseBusyRun(run);
    await (await lockFile(file, run, 2)).release();
  });

  test('a lock that a crash left empty is taken over', async () => {
    const run = newRun();
    writeFileSync(runFiles(run).lock, '');
    await (await lockRun(run)).release();
  });
});
