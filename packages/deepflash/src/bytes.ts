import { readFile } from 'node:fs/promises';

/** The content of a file. A Buffer of Node shares its memory where a Uint8Array copies (`slice`), so none goes further. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
