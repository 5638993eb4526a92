import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { imageFiles } from './images.js';
import { folderNames, type Project } from './project.js';

/** Removes what a server that was killed has left half-written, and smaller copies of images that are gone. */
export async function removeLeftovers({ folder, files }: Project): Promise<void> {
  // Of folders that jobs write into as well nothing is removed: they may go on without the server.
  const folders = [folder, files.images, files.jobs, files.pyramids];
  for (const drawn of [files.annotations, files.folderOfInstances]) {
    folders.push(...(await folderNames(drawn)).map((expert) => join(drawn, expert)));
  }
  for (const one of folders) await removeFrom(one, (name) => /^\..*\.tmp$/.test(name));
  const images = new Set(await imageFiles(files.images));
  await removeFrom(files.pyramids, (name) => !images.has(name.replace(/-z\d+-t\d+\.tif$/, '')));
}

async function removeFrom(folder: string, isLeft: (name: string) => boolean): Promise<void> {
  // Not every project has every folder.
  for (const name of await readdir(folder).catch(() => [])) {
    if (isLeft(name)) await rm(join(folder, name), { force: true });
  }
}
