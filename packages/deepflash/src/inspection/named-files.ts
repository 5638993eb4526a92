import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FolderError, isZarrName } from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';
import type { UnreadableFile } from './inspect-file.js';

export interface NamedFiles {
  readonly files: readonly string[];
  /** Folders without images among several paths, with the reason as a sentence. */
  readonly unusable: readonly UnreadableFile[];
}

/**
 * The files that paths name: those of a folder, without its folders, in place of the folder. Throws a FolderError for
 * a single path; of several, such as `*` stands for, a folder without images is passed over.
 */
export async function namedFiles(paths: readonly string[]): Promise<NamedFiles> {
  const files: string[] = [];
  const unusable: UnreadableFile[] = [];
  for (const path of paths) {
    if (!isPlainFolder(path)) {
      files.push(path);
      continue;
    }
    try {
      files.push(...(await listImageFiles(path)).map((name) => join(path, name)));
    } catch (error) {
      if (!(error instanceof FolderError) || paths.length === 1) throw error;
      unusable.push({ file: path, problem: error.message });
    }
  }
  return { files, unusable };
}

/** An OME-Zarr is a folder to the disk and one image to people. */
function isPlainFolder(path: string): boolean {
  if (isZarrName(path.replace(/[/\\]+$/, '')) || !existsSync(path) || !statSync(path).isDirectory())
    return false;
  return !ZARR_FILES.some((name) => existsSync(join(path, name)));
}

const ZARR_FILES = ['zarr.json', '.zattrs', '.zgroup', '.zarray'];
