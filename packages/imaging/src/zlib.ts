import { unzlibSync, zlibSync } from 'fflate';

/** Node's own zlib, which packs five times as fast as fflate, to a little less; a browser has none. */
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

/** Packs bytes as zlib data (RFC 1950). */
export function packZlib(bytes: Uint8Array): Uint8Array {
  return native ? new Uint8Array(native.deflateSync(bytes, { level: 6 })) : zlibSync(bytes, { level: 6 });
}
