/** A folder as a zip that is made while it is sent, so that its size does not matter to the memory. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Zip, ZipPassThrough } from 'fflate';
import { UsageError } from '../errors.js';

/** A zip without the extension for large files ends here. */
const MOST_BYTES = 4e9;

export interface FileToZip {
  readonly path: string;
  /** In the zip, with / between its parts. */
  readonly name: string;
}

/** The files of a folder and those within, but for hidden ones. Throws a UsageError where they are too large for a zip. */
export async function filesToZip(folder: string): Promise<FileToZip[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files: FileToZip[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const parts = relative(folder, path).split(sep);
    // Hidden files at the top are being written; within an OME-Zarr they tell what it is.
    if (!entry.isFile() || parts[0]?.startsWith('.')) continue;
    bytes += (await stat(path)).size;
    files.push({ path, name: parts.join('/') });
  }
  if (bytes <= MOST_BYTES) return files;
  throw new UsageError(
    `These are ${Math.ceil(bytes / 1e9)} GB, more than a zip holds: take the files from ${folder} itself.`,
  );
}

/** The bytes of a zip with these files, which are packed already and stored as they are. */
export async function* zipped(files: readonly FileToZip[]): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    ready.push(chunk);
  });
  for (const { path, name } of files) {
    const entry = new ZipPassThrough(name);
    zip.add(entry);
    for await (const chunk of createReadStream(path)) {
      entry.push(chunk);
      yield* ready.splice(0);
    }
    entry.push(new Uint8Array(0), true);
    yield* ready.splice(0);
  }
  zip.end();
  yield* ready;
}
