import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes from the end of a file in which its last line is looked for. */
const TAIL = 4000;

/** The last line of a text file that is not empty, or the end of it; undefined where there is none. Files may be long: only their end is read. */
export function lastLine(file: string): string | undefined {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, TAIL));
    readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8').trim().split('\n').at(-1) || undefined;
  } finally {
    closeSync(handle);
  }
}
