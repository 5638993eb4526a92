import { closeSync, openSync, readSync } from 'node:fs';

/** Bytes that are read at a time. */
const PIECE = 2 ** 17;

const NEW_LINE = 0x0a;

/** The lines of a text file one after the other, of a file of any size: as one text, more than 512 MB could not be read. */
export function* fileLines(file: string): Generator<string> {
  const handle = openSync(file, 'r');
  try {
    /** Of a line whose end is not read yet. */
    let begun: Buffer[] = [];
    for (;;) {
      const piece = Buffer.alloc(PIECE);
      const bytes = piece.subarray(0, readSync(handle, piece));
      if (bytes.length === 0) break;
      let start = 0;
      for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, start)) {
        yield Buffer.concat([...begun, bytes.subarray(start, end)]).toString('utf8');
        begun = [];
        start = end + 1;
      }
      begun.push(bytes.subarray(start));
    }
    const last = Buffer.concat(begun).toString('utf8');
    if (last !== '') yield last;
  } finally {
    closeSync(handle);
  }
}
