import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../errors.js';

/** Seconds between two signs of life of whoever holds a lock. */
const BEAT = 5;
/** Without a sign of life for so many seconds, its holder counts as gone. */
const GONE = 30;

/** Works while no other process does the same: one file stands for the right to. */
export async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  while (!(await taken(lock))) {
    if (await isAbandoned(lock)) await rm(lock, { force: true });
    else await sleep(200);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(() => undefined);
  }, BEAT * 1000);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(lock, { force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx');
    await handle.writeFile(`${process.pid} ${hostname()}`);
    await handle.close();
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock);
    if (Date.now() - mtimeMs > GONE * 1000) return true;
    const [pid = '', host] = (await readFile(lock, 'utf8')).split(' ');
    return host === hostname() && !isAlive(Number(pid));
  } catch (error) {
    // It was given back in this very moment.
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Whether a process of this number lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
