/** The files in what people bring: files, folders, or zips of them. */
import { posix } from 'node:path';
import { ImageFileError, readZip } from '@deepflash/imaging';
import { messageOf, UsageError } from '../errors.js';

export interface Upload {
  /** With the folders in which it lay, divided by `/`. */
  readonly name: string;
  /** Its bytes. Throws an ImageFileError for a part of a zip that is damaged. */
  read(): Uint8Array;
}

export interface Unpacked {
  readonly uploads: readonly Upload[];
  /** Zips that cannot be read, and why. */
  readonly refused: readonly { readonly file: string; readonly problem: string }[];
}

/** Unpacked bytes of a zip, and its files. */
const LARGEST_ARCHIVE = 2 ** 31;
const MOST_ENTRIES = 20_000;

/**
 * The files of an upload, those of a zip one by one, each unpacked when it is read; a zip of ROIs, as ImageJ saves them,
 * stays whole.
 *
 * @throws UsageError where all that came are zips that are none, or are empty, damaged or malicious.
 */
export function unpacked(brought: readonly Upload[]): Unpacked {
  const uploads: Upload[] = [];
  const refused: { file: string; problem: string }[] = [];
  for (const upload of brought) {
    try {
      uploads.push(...(isZip(upload.name) ? entriesOf(upload) : [upload]));
    } catch (error) {
      if (!(error instanceof ImageFileError || error instanceof UsageError)) throw error;
      refused.push({ file: upload.name, problem: messageOf(error) });
    }
  }
  if (refused.length > 0 && refused.length === brought.length) {
    throw new UsageError(refused.map(({ problem }) => problem).join('\n'));
  }
  return { uploads: uploads.filter(isVisible), refused };
}

/** The name of a file without its folders. A Mac writes accents as letters of their own, which are joined. */
export function fileName({ name }: Pick<Upload, 'name'>): string {
  return posix.basename(name).normalize('NFC');
}

/** The name of the folder in which a file lay; null where it lay in none. */
export function folderName({ name }: Pick<Upload, 'name'>): string | null {
  const folder = posix.basename(posix.dirname(name)).normalize('NFC');
  return folder === '' || folder === '.' || folder === '..' ? null : folder;
}

export function isZip(name: string): boolean {
  return /\.zip$/i.test(name);
}

function entriesOf(upload: Upload): Upload[] {
  const bytes = upload.read();
  const entries = readZip(bytes, fileName(upload), { totalBytes: LARGEST_ARCHIVE, entries: MOST_ENTRIES });
  const files = entries.filter(isVisible);
  if (files.length === 0) {
    throw new UsageError(
      `${fileName(upload)} holds no files: pack the images or drawings themselves into it.`,
    );
  }
  if (files.every((entry) => /\.roi$/i.test(entry.name))) return [upload];
  return files;
}

/** Neither hidden nor what a Mac adds. */
function isVisible({ name }: { readonly name: string }): boolean {
  return !/(^|\/)(\.|__MACOSX)/.test(name) && !name.endsWith('/');
}
