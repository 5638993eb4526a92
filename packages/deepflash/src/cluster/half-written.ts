import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { predictionFolders } from '../runs/layout.js';
import { clusterStatus, isLive } from './status.js';
import { FINISH } from './submission.js';

/** Files that are being written, which are hidden until they get their names. */
const HALF_WRITTEN = /^\..*\.tmp$/;

/** Removes what tasks that were killed while they wrote have left among results, unless others may be writing now. */
export async function removeHalfWritten(out: string): Promise<void> {
  const found: string[] = [];
  for (const folder of predictionFolders(out)) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (HALF_WRITTEN.test(name)) found.push(join(folder, name));
    }
  }
  if (found.length === 0) return;
  const status = await clusterStatus(out).catch(() => undefined);
  if (status?.tasks.some((task) => task.name !== FINISH && isLive(task)) ?? true) return;
  for (const path of found) await rm(path, { recursive: true, force: true });
}
