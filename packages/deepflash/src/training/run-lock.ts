/**
 * One process at a time works on a run: a file in its folder, `run.lock`, says which. Tasks of a cluster share a run: each
 * holds the lock of its fold, `folds/K.lock`, and whoever holds the run holds those of all its folds as well.
 *
 * The file is created exclusively, which also network disks do in one step, and says on which computer which process
 * holds it and since when that process lives; its time of change is set anew every few seconds. Whoever finds it asks,
 * on the same computer, whether that very process still lives. Of another computer no process can be asked, and its
 * clock may differ: there the file is watched for longer than a sign of life takes to come. So it is where a system does
 * not say since when a process lives (Windows), as another one may have got the number of the holder.
 */

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileWriteError } from '@deepflash/imaging';
import { z } from 'zod';
import { messageOf, systemCode, UsageError } from '../errors.js';
import { jsonOf } from '../json.js';
import { hasEnded, processOf } from '../process-birth.js';
import { runFiles } from '../runs/layout.js';
import { isAlive } from '../weights/lock.js';

/** Seconds between two signs of life of whoever holds a lock. */
const BEAT = 5;
/** Seconds that a process of this computer is given to vanish: one that was killed still frees its memory. */
const VANISHING = 3;
/** Seconds that a lock is watched for one; a training step may keep its process busy. */
const WATCH = 30;

const holderSchema = z.object({
  token: z.string(),
  pid: z.int(),
  host: z.string(),
  /** What tells a process from a later one of the same number; null where the system does not say. */
  born: z.string().nullable(),
  since: z.string(),
});

type Holder = z.infer<typeof holderSchema>;

export interface RunLock {
  /** Gives the run back. */
  release(): Promise<void>;
}

/** Another process works on the run. Exit code 2. */
export class RunBusyError extends UsageError {
  constructor(run: string, { pid, host, since }: Pick<Holder, 'pid' | 'host' | 'since'>) {
    super(
      `Process ${pid} on ${host} has been working on ${run} since ${since}: wait for its end, stop it, or name another folder with --out.`,
    );
  }
}

/**
 * Takes a run for this process, also from one that was killed.
 *
 * @param folds the number of its folds, where those are worked on
 * @throws RunBusyError where another process works on it or on one of its folds, FileWriteError.
 */
export async function lockRun(run: string, folds = 0): Promise<RunLock> {
  const held: RunLock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of held.reverse()) await lock.release();
  };
  try {
    held.push(await lockFile(runFiles(run).lock, run));
    for (let fold = 1; fold <= folds; fold++) held.push(await lockFold(run, fold));
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Takes one fold of a run for this process; the others may be worked on meanwhile. Throws as `lockRun`. */
export async function lockFold(run: string, fold: number): Promise<RunLock> {
  const file = runFiles(run).lockOf(fold);
  await mkdir(dirname(file), { recursive: true });
  return lockFile(file, run);
}

/**
 * Takes what one file stands for, of a run or of another folder of work. Throws as `lockRun`.
 *
 * @param watch seconds without a sign of life after which nobody holds it any more, where no process can be asked
 */
export async function lockFile(file: string, run: string, watch = WATCH): Promise<RunLock> {
  const me: Holder = {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    born: (await processOf(process.pid))?.born ?? null,
    since: new Date().toISOString(),
  };
  while (!(await created(file, me))) {
    const found = await readHolder(file);
    if (found === undefined) continue;
    if (!(await isGone(file, found, watch))) throw new RunBusyError(run, found.holder ?? unknown);
    await removeStale(file, found.text);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, BEAT * 1000);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      const found = await readHolder(file).catch(() => undefined);
      if (found?.holder?.token === me.token) await rm(file, { force: true });
    },
  };
}

/** Throws a RunBusyError where a process of this computer works on a run, so that nobody waits to be told. */
export async function refuseBusyRun(run: string): Promise<void> {
  const { lock, folds } = runFiles(run);
  const names = await readdir(folds).catch(() => []);
  const ofFolds = names.filter((name) => /^\d+\.lock$/.test(name)).map((name) => join(folds, name));
  for (const file of [lock, ...ofFolds]) {
    const found = await readHolder(file).catch(() => undefined);
    const { holder } = found ?? {};
    if (holder?.host !== hostname() || !(await staysAlive(holder))) continue;
    // What nobody seems to hold is watched by whoever takes it.
    if (hasBirth(holder) || (await secondsSinceBeat(file)) < WATCH) throw new RunBusyError(run, holder);
  }
}

const unknown = { pid: 0, host: 'an unknown computer', since: 'an unknown time' };

async function created(file: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(JSON.stringify(holder));
      await handle.sync();
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    const problem = `cannot be written (${messageOf(error)})`;
    throw new FileWriteError({ file, problem, remedy: 'free some space or check the disk' }, error);
  }
}

interface Found {
  readonly text: string;
  /** Undefined for a file that a crash cut off. */
  readonly holder: Holder | undefined;
}

/** Undefined where the lock was given back in this very moment. */
async function readHolder(file: string): Promise<Found | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    return { text, holder: holderSchema.safeParse(jsonOf(text)).data };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isGone(file: string, { text, holder }: Found, watch: number): Promise<boolean> {
  if (holder?.host === hostname()) {
    if (!(await staysAlive(holder))) return true;
    if (hasBirth(holder)) return false;
  }
  const before = await signOf(file, text);
  for (let waited = 0; waited < watch; waited++) {
    await sleep(1000);
    if ((await signOf(file, (await readHolder(file))?.text)) !== before) return false;
    // Whoever creates a lock writes its content at once.
    if (holder === undefined && waited >= 2) return true;
  }
  return true;
}

/** Whether a process can be told from a later one of the same number. */
function hasBirth({ born }: Holder): boolean {
  return born !== null;
}

/** Of a holder on this computer, whose clock has set the time. */
async function secondsSinceBeat(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? Number.POSITIVE_INFINITY : (Date.now() - found.mtimeMs) / 1000;
}

async function signOf(file: string, text: string | undefined): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return `${found?.mtimeMs} ${text}`;
}

async function staysAlive(holder: Holder): Promise<boolean> {
  const start = performance.now();
  while (await isSameProcess(holder)) {
    if (holder.pid === process.pid || performance.now() - start > 1000 * VANISHING) return true;
    await sleep(100);
  }
  return false;
}

async function isSameProcess({ pid, born }: Holder): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const now = await processOf(pid);
  // A killed process whose parent never asks for its end stays in the system's list as a zombie.
  if (now === null || hasEnded(now)) return now === null;
  return born === null || born === now.born;
}

/** Two processes may find the same stale lock: what was moved away and is not it goes back to its place. */
async function removeStale(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomUUID()}.tmp`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}
