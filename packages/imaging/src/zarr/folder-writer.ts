import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileWriteError } from '../errors.js';
import { folderStore } from './folder.js';
import { type OmeZarrOptions, writeOmeZarr, type ZarrTile } from './write.js';

/** A picture that is written tile by tile. Memory holds a few chunks, whatever the size of the picture. */
export interface OmeZarrWriter {
  /** Tiles may come in any order, and several calls may be under way. */
  writeTile(tile: ZarrTile): Promise<void>;
  /** Builds the lower resolutions and puts the folder in its place. */
  close(): Promise<void>;
  /** Gives up and leaves nothing behind. */
  abort(): Promise<void>;
}

/**
 * Begins an OME-Zarr folder (0.5), which appears at `path` when it is complete and then takes the place of one
 * that was there. Unless the options name it, it has the name of the folder. Throws a FileWriteError where it cannot be
 * written or a folder of something else would be lost, and a RangeError for impossible sizes.
 */
export async function createOmeZarr(path: string, options: OmeZarrOptions): Promise<OmeZarrWriter> {
  await checkReplaceable(path);
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const give = () => rm(beside, { recursive: true, force: true });
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof RangeError) throw error;
      throw unwritable(path, error);
    }
  };
  const writer = await attempt(async () => {
    await mkdir(beside);
    const name = basename(path).replace(/(\.ome)?\.zarr$/i, '');
    return writeOmeZarr(folderStore(beside), { name, ...options });
  }).catch(async (error: unknown) => {
    await give();
    throw error;
  });
  return {
    writeTile: (tile) => attempt(() => writer.writeTile(tile)),
    async close() {
      try {
        await attempt(async () => {
          await writer.finish();
          await replaceFolder(path, beside);
        });
      } finally {
        await give();
      }
    },
    abort: give,
  };
}

/** Whatever happens in between, the old folder or the new one is still there as a whole. */
async function replaceFolder(path: string, beside: string): Promise<void> {
  await checkReplaceable(path);
  const old = `${beside}.old`;
  await rename(path, old).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  await rename(beside, path);
  await rm(old, { recursive: true, force: true });
}

const ZARR_FILES = ['zarr.json', '.zgroup', '.zattrs', '.zarray'];

async function checkReplaceable(path: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(path);
  } catch (error) {
    if (isMissing(error)) return;
    throw unwritable(path, error);
  }
  if (names.length === 0 || names.some((name) => ZARR_FILES.includes(name))) return;
  throw new FileWriteError({
    file: path,
    problem: 'is a folder with other files, which would be lost',
    remedy: 'choose another name',
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unwritable(path: string, error: unknown): FileWriteError {
  if (error instanceof FileWriteError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FileWriteError(
    {
      file: path,
      problem: `cannot be written (${reason})`,
      remedy: 'check that its folder exists, that you may write there and that the disk is not full',
    },
    error,
  );
}
