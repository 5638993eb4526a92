import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folderNames, type Project } from './project.js';

/** Removes what a server that was killed has left half-written. */
export async function removeHalfWritten({ files }: Project): Promise<void> {
  const folders = [files.images, files.jobs];
  for (const drawn of [files.annotations, files.folderOfInstances]) {
    folders.push(...(await folderNames(drawn)).map((expert) => join(drawn, expert)));
  }
  for (const folder of folders) {
    for (const name of await readdir(folder)) {
      if (/^\..*\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
    }
  }
}
