/** The files in what people bring: files, folders, or zips of them. */
import { posix } from 'node:path';
import { readZip } from '@deepflash/imaging';

export interface Upload {
  /** With the folders in which it lay, divided by `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Unpacked bytes of a zip, and its files. */
const LARGEST_ARCHIVE = 2 ** 31;
const MOST_ENTRIES = 20_000;

/**
 * The files of an upload, those of a zip one by one; a zip of ROIs, as ImageJ saves them, stays whole.
 *
 * @throws ImageFileError for a zip that is none or is malicious.
 */
export function unpacked(uploads: readonly Upload[]): Upload[] {
  return uploads.flatMap((upload) => (isZip(upload.name) ? entriesOf(upload) : [upload])).filter(isVisible);
}

/** The name of a file without its folders. */
export function fileName({ name }: Pick<Upload, 'name'>): string {
  return posix.basename(name);
}

/** The name of the folder in which a file lay; null where it lay in none. */
export function folderName({ name }: Pick<Upload, 'name'>): string | null {
  const folder = posix.basename(posix.dirname(name));
  return folder === '' || folder === '.' || folder === '..' ? null : folder;
}

export function isZip(name: string): boolean {
  return /\.zip$/i.test(name);
}

function entriesOf({ name, bytes }: Upload): Upload[] {
  const entries = readZip(bytes, name, { totalBytes: LARGEST_ARCHIVE, entries: MOST_ENTRIES });
  const files = entries.filter(isVisible);
  if (files.length > 0 && files.every((entry) => /\.roi$/i.test(entry.name))) return [{ name, bytes }];
  return files.map((entry) => ({ name: entry.name, bytes: entry.read() }));
}

/** Neither hidden nor what a Mac adds. */
function isVisible({ name }: { readonly name: string }): boolean {
  return !/(^|\/)(\.|__MACOSX)/.test(name) && !name.endsWith('/');
}
