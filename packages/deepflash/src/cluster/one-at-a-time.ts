import { mkdir, rmdir } from 'node:fs/promises';
import { lockFile } from '../training/run-lock.js';
import { checkWritable } from '../writable.js';
import { clusterFiles } from './layout.js';

/**
 * Submits while nobody else submits for the same folder, which is made, and removed again where it stays empty.
 *
 * @throws RunBusyError where another process is about it, FileWriteError, and what `submit` throws
 */
export async function oneAtATime<T>(folder: string, submit: () => Promise<T>): Promise<T> {
  checkWritable(folder);
  const isNew = (await mkdir(folder, { recursive: true })) !== undefined;
  const lock = await lockFile(clusterFiles(folder).submitLock, folder);
  try {
    return await submit();
  } finally {
    await lock.release();
    // A folder that holds something stays.
    if (isNew) await rmdir(folder).catch(() => undefined);
  }
}
