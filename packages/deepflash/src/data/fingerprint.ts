import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareNames } from '@deepflash/imaging';

/** By what a file is known again. */
export interface Fingerprint {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The size and SHA-256 of a file, read in parts. Of a folder, such as an OME-Zarr, they are of its files one after
 * the other by name, each behind a line with its name and size. Throws the error of the operating system.
 */
export async function fingerprint(path: string): Promise<Fingerprint> {
  const hash = createHash('sha256');
  const bytes = (await stat(path)).isDirectory() ? await addFolder(hash, path) : await addFile(hash, path);
  return { bytes, sha256: hash.digest('hex') };
}

async function addFile(hash: Hash, path: string): Promise<number> {
  let bytes = 0;
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    hash.update(part);
    bytes += part.length;
  }
  return bytes;
}

async function addFolder(hash: Hash, folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort(compareNames)) {
    const name = file.slice(folder.length).replaceAll('\\', '/');
    hash.update(`${name} ${(await stat(file)).size}\n`);
    bytes += await addFile(hash, file);
  }
  return bytes;
}
