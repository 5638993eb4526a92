import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isZarrName } from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';

/** The files that paths name: those of a folder, without its folders, in place of the folder. Throws a FolderError. */
export async function namedFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (isPlainFolder(path)) files.push(...(await listImageFiles(path)).map((name) => join(path, name)));
    else files.push(path);
  }
  return files;
}

/** An OME-Zarr is a folder to the disk and one image to people. */
function isPlainFolder(path: string): boolean {
  if (isZarrName(path.replace(/[/\\]+$/, '')) || !existsSync(path) || !statSync(path).isDirectory())
    return false;
  return !ZARR_FILES.some((name) => existsSync(join(path, name)));
}

const ZARR_FILES = ['zarr.json', '.zattrs', '.zgroup', '.zarray'];
