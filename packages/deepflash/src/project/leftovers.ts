import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project } from './project.js';

/** Removes what a server that was killed has left half-written. */
export async function removeHalfWritten({ files }: Project): Promise<void> {
  for (const folder of [files.images, files.jobs, files.annotations]) {
    for (const name of await readdir(folder)) {
      if (/^\..*\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
    }
  }
}
