import { unzlibSync } from 'fflate';

/** Node's own zlib, which needs no compilation of JavaScript first; a browser has none. */
const native = globalThis.process?.getBuiltinModule?.('node:zlib');

/** Unpacks zlib data (RFC 1950) to at most `size` bytes. Throws for data that are none. */
export function unpackZlib(stored: Uint8Array, size: number): Uint8Array {
  try {
    if (native) return new Uint8Array(native.inflateSync(stored, { maxOutputLength: size }));
  } catch {
    // A wrong checksum, or more than `size` bytes: fflate takes what can be had of it.
  }
  return unzlibSync(stored, { out: new Uint8Array(size) });
}
