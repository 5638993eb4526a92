import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileWriteError, FolderError, ImageFileError } from './errors.js';
import type { Image } from './image.js';
import { compareNames, hasImageEnding, isZarrName } from './matching.js';
import { readImage } from './read.js';
import type { ByteSink } from './sink/byte-sink.js';
import { type ByteSource, checkInside } from './source/byte-source.js';
import type { ImageSource } from './source/image-source.js';
import { openImage } from './source/open.js';
import { folderStore } from './zarr/folder.js';
import { httpStore } from './zarr/http.js';
import { openOmeZarr } from './zarr/open.js';

export { FileWriteError, FolderError, ImageFileError } from './errors.js';
export { createOmeZarr, type OmeZarrWriter } from './zarr/folder-writer.js';
export type { OmeZarrOptions, ZarrTile } from './zarr/write.js';

/** Reads a PNG, TIFF, JPEG or BMP file as `readImage` does. Throws an ImageFileError, also for a file that cannot be opened. */
export async function readImageFile(path: string): Promise<Image> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ImageFileError({ file: path, ...unreadable(error) }, error);
  }
  return readImage(bytes, path);
}

/** Opens the bytes of a file, to be read in parts. Throws an ImageFileError for a file that cannot be opened. */
export async function openFileSource(path: string): Promise<ByteSource> {
  const fail = (error: unknown) => new ImageFileError({ file: path, ...unreadable(error) }, error);
  let handle: FileHandle;
  let size: number;
  try {
    handle = await open(path, 'r');
    size = (await handle.stat()).size;
  } catch (error) {
    throw fail(error);
  }
  return {
    name: path,
    size,
    async read(offset, length) {
      checkInside(path, size, offset, length);
      const bytes = new Uint8Array(length);
      try {
        for (let done = 0; done < length; ) {
          const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0) checkInside(path, offset + done, offset, length);
          done += bytesRead;
        }
      } catch (error) {
        throw error instanceof ImageFileError ? error : fail(error);
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/**
 * Opens a picture file, or an OME-Zarr folder or http(s) address: its size, channels and calibration now, its
 * pixels when they are asked for. Other files of the same picture are looked for in the same folder, and nowhere else.
 */
export async function openImageFile(path: string): Promise<ImageSource> {
  if (/^https?:\/\//.test(path)) return openZarrUrl(path);
  if (await isFolder(path)) return openZarrFolder(path);
  const source = await openFileSource(path);
  try {
    return await openImage(source, { siblings: (name) => openSibling(path, name) });
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Opens a file that another one names as a part of it. Throws an ImageFileError that says so where it is missing. */
async function openSibling(path: string, name: string): Promise<ByteSource> {
  const sibling = siblingPath(path, name);
  if (await isFile(sibling)) return openFileSource(sibling);
  throw new ImageFileError({
    file: path,
    problem: `is one of several files, and ${name}, which belongs to it, does not lie beside it`,
    remedy: 'copy all of them into one folder, under the names that they had',
  });
}

/** The path of a file beside another. Throws an ImageFileError for a name that leads out of the folder. */
function siblingPath(path: string, name: string): string {
  if (/[\\/\0:]/.test(name) || name === '.' || name === '..' || name === '') {
    throw new ImageFileError({
      file: path,
      problem: `says that parts of it lie in ${JSON.stringify(name)}, which is no file name`,
      remedy: 'save it anew, or copy it again from its source',
    });
  }
  return join(dirname(path), name);
}

/** Opens an OME-Zarr folder; see `openOmeZarr`. */
export function openZarrFolder(path: string): Promise<ImageSource> {
  return openOmeZarr(folderStore(path), path);
}

/** Opens an OME-Zarr picture by its http or https address; see `openOmeZarr`. */
export function openZarrUrl(address: string): Promise<ImageSource> {
  return openOmeZarr(httpStore(address), address.replace(/\/$/, ''));
}

/**
 * Writes a file as a whole or not at all: beside its place, then to the disk, then renamed over what was there.
 * Throws a FileWriteError and leaves nothing behind when that fails.
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const handle = await open(beside, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new FileWriteError({ file: path, ...unwritable(error, dirname(path)) }, error);
  }
}

/**
 * A file that is written in parts: beside its place until `close` puts it on the disk and renames it over what
 * was there. Throws a FileWriteError, as its methods do; what was written goes then with `discard`.
 */
export async function createFileSink(path: string): Promise<ByteSink> {
  const beside = join(dirname(path), `.${randomUUID()}.tmp`);
  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw new FileWriteError({ file: path, ...unwritable(error, dirname(path)) }, error);
    }
  };
  const handle = await guarded(() => open(beside, 'wx'));
  let closed = false;
  return {
    name: path,
    write: (offset, bytes) =>
      guarded(async () => {
        for (let done = 0; done < bytes.length; ) {
          done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
        }
      }),
    close: () =>
      guarded(async () => {
        await handle.sync();
        await handle.close();
        await rename(beside, path);
        closed = true;
      }),
    discard: () =>
      guarded(async () => {
        if (closed) return;
        closed = true;
        await handle.close();
        await rm(beside, { force: true });
      }),
  };
}

/**
 * The names (without the folder) of the image files in a folder, OME-Zarr folders among them, sorted by
 * `compareNames`; hidden files and other folders are passed over. Throws a FolderError when the folder is missing,
 * is a file, cannot be read, or holds no such file.
 */
export async function listImageFiles(dir: string): Promise<string[]> {
  let entries: string[];
  try {
    entries = await readdir(dir);
  } catch (error) {
    throw new FolderError({ file: dir, ...unlistable(error) }, error);
  }
  const visible = entries.filter((name) => !name.startsWith('.') && name !== 'Thumbs.db').sort(compareNames);
  const images: string[] = [];
  for (const name of visible) {
    if (hasImageEnding(name) && (await isFile(join(dir, name))) !== isZarrName(name)) images.push(name);
  }
  if (images.length > 0) return images;
  throw new FolderError({
    file: dir,
    problem:
      visible.length === 0
        ? 'is empty'
        : `holds no image file such as .png, .tif, .jpg or .ome.zarr (it holds ${visible[0]}${visible.length > 1 ? ', …' : ''})`,
    remedy: 'name the folder that holds the images',
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

interface Reason {
  readonly problem: string;
  readonly remedy: string;
}

function unreadable(error: unknown): Reason {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { problem: 'does not exist', remedy: 'check the path' };
    case 'EISDIR':
      return { problem: 'is a folder, not an image file', remedy: 'name a file in it' };
    case 'EACCES':
    case 'EPERM':
      return { problem: 'may not be read', remedy: 'give yourself permission to read it' };
    case 'ERR_FS_FILE_TOO_LARGE':
      return { problem: 'is larger than 2 GB', remedy: 'crop the image or scale it down' };
    default:
      return { problem: `cannot be read (${messageOf(error)})`, remedy: 'check the disk it lies on' };
  }
}

function unwritable(error: unknown, folder: string): Reason {
  switch (codeOf(error)) {
    case 'ENOENT':
      return {
        problem: `cannot be written because the folder ${folder} does not exist`,
        remedy: 'create the folder first',
      };
    case 'ENOTDIR':
      return {
        problem: `cannot be written because ${folder} is not a folder`,
        remedy: 'choose another place',
      };
    case 'EISDIR':
      return { problem: 'cannot be written because a folder has this name', remedy: 'choose another name' };
    case 'EACCES':
    case 'EPERM':
      return {
        problem: 'may not be written',
        remedy:
          'give yourself permission to write there, close programs that hold it open, or choose another place',
      };
    case 'EROFS':
      return { problem: 'lies on a disk that can only be read', remedy: 'choose another place' };
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        problem: 'does not fit on the disk, which is full',
        remedy: 'free some space or choose another place',
      };
    default:
      return { problem: `cannot be written (${messageOf(error)})`, remedy: 'choose another place' };
  }
}

function unlistable(error: unknown): Reason {
  switch (codeOf(error)) {
    case 'ENOENT':
      return { problem: 'does not exist', remedy: 'check the path of the folder' };
    case 'ENOTDIR':
      return { problem: 'is a file, not a folder', remedy: 'name the folder that holds it' };
    case 'EACCES':
    case 'EPERM':
      return { problem: 'may not be read', remedy: 'give yourself permission to read the folder' };
    default:
      return { problem: `cannot be read (${messageOf(error)})`, remedy: 'check the disk it lies on' };
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
