/**
 * Strokes on the way to a file of labels: each is a rectangle of new values, added to the end of a file and on the disk
 * before it counts as saved. What a crash cut off at the end is passed over.
 *
 *     x, y, width, height, checksum    uint32, little-endian
 *     values                           width x height x bytes of a value
 */
import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

export interface Stroke {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Row by row, as they lie in memory. */
  readonly values: Uint8Array;
}

const HEAD = 20;

export async function appendStroke(file: string, { x, y, width, height, values }: Stroke): Promise<void> {
  const record = new Uint8Array(HEAD + values.length);
  const view = new DataView(record.buffer);
  for (const [index, number] of [x, y, width, height, checksum(values)].entries()) {
    view.setUint32(4 * index, number, true);
  }
  record.set(values, HEAD);
  const handle = await open(file, 'a');
  try {
    await handle.writeFile(record);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** @param bytesEach bytes of a value */
export async function readStrokes(file: string, bytesEach: number): Promise<Stroke[]> {
  if (!existsSync(file)) return [];
  const bytes = new Uint8Array(await readFile(file));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const strokes: Stroke[] = [];
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const [x = 0, y = 0, width = 0, height = 0, sum = 0] = [0, 4, 8, 12, 16].map((place) =>
      view.getUint32(at + place, true),
    );
    const length = width * height * bytesEach;
    const values = bytes.subarray(at + HEAD, at + HEAD + length);
    if (values.length < length || checksum(values) !== sum) break;
    strokes.push({ x, y, width, height, values });
    at += HEAD + values.length;
  }
  return strokes;
}

/** The images of which a folder holds strokes; none where there is no folder. */
export async function imagesWithStrokes(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => /^\.(.+)\.journal$/.exec(name)?.[1] ?? []);
}

function checksum(values: Uint8Array): number {
  return crc32(values);
}
