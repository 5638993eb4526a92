import { truncated } from '../errors.js';

/** Bytes that are read in parts: a file, memory, or what a web server holds. */
export interface ByteSource {
  /** As the user named it, for errors. */
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes from `offset`. Throws an ImageFileError when they lie beyond the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes in memory as a source. What is read shares their memory. */
export function memorySource(bytes: Uint8Array, name: string): ByteSource {
  // A Buffer of Node shares its memory where a Uint8Array copies (`slice`), so none goes further.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    name,
    size: plain.length,
    async read(offset, length) {
      checkInside(name, plain.length, offset, length);
      return plain.subarray(offset, offset + length);
    },
    async close() {},
  };
}

/** Throws an ImageFileError unless `length` bytes from `offset` lie within `size`. */
export function checkInside(name: string, size: number, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw truncated(name, `${length} bytes at ${offset} lie beyond its end at ${size}`);
}
