import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ImageFileError } from '../errors.js';
import type { ZarrStore } from './store.js';

/** A store in which keys are files of a folder. */
export interface FolderStore extends ZarrStore {
  /** Writes a file as a whole: beside its place, then renamed. Errors are those of Node. */
  set(key: string, bytes: Uint8Array): Promise<void>;
}

const LARGEST_FILE = 2 ** 30;

/** The folder at `path` as a Zarr store. A file that is missing is a key without a value. */
export function folderStore(path: string): FolderStore {
  const fileOf = (key: string) => {
    const names = key.split('/');
    if (!names.includes('..')) return join(path, ...names);
    throw new ImageFileError({
      file: path,
      problem: `refers to ${key}, outside of its folder`,
      remedy: 'do not open it unless you trust where it comes from',
    });
  };
  const read = async (key: string, range: (size: number) => readonly [number, number]) => {
    const file = fileOf(key);
    let handle: FileHandle | undefined;
    try {
      handle = await open(file, 'r');
      const { size } = await handle.stat();
      const [start, end] = range(size);
      return await readPart(handle, file, Math.max(0, start), Math.min(end, size));
    } catch (error) {
      if (error instanceof ImageFileError) throw error;
      if (isMissing(error)) return undefined;
      const problem = `cannot be read (${error instanceof Error ? error.message : String(error)})`;
      throw new ImageFileError({ file, problem, remedy: 'check the disk it lies on' }, error);
    } finally {
      await handle?.close();
    }
  };
  return {
    get: (key) => read(key, (size) => [0, size]),
    getRange: (key, range) =>
      read(key, (size) =>
        'offset' in range ? [range.offset, range.offset + range.length] : [size - range.suffixLength, size],
      ),
    async set(key, bytes) {
      const file = fileOf(key);
      await mkdir(dirname(file), { recursive: true });
      const beside = join(dirname(file), `.${randomUUID()}.tmp`);
      try {
        await writeFile(beside, bytes);
        await rename(beside, file);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
    },
  };
}

async function readPart(handle: FileHandle, file: string, start: number, end: number): Promise<Uint8Array> {
  const length = Math.max(0, end - start);
  if (length > LARGEST_FILE) {
    throw new ImageFileError({
      file,
      problem: `is a single chunk of ${Math.round(length / 2 ** 20)} MB, too large to be read`,
      remedy: 'save it with smaller chunks, for example of 1024 x 1024 pixels',
    });
  }
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, start + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
