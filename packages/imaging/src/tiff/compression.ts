import { unzlibSync } from 'fflate';
import { damaged, truncated, unsupported } from '../errors.js';
import { unpackLzw } from './lzw.js';
import { unpackPackBits } from './packbits.js';

/** A way in which the strips or tiles of a TIFF file are compressed. */
export interface Compression {
  /** The most that it can shrink data, to one: what declares more than that is damaged. */
  readonly ratio: number;
  /** Unpacks a block to at most `size` bytes. */
  readonly unpack: (stored: Uint8Array, size: number) => Uint8Array;
}

const deflate: Compression = {
  ratio: 1040,
  unpack: (stored, size) => unzlibSync(stored, { out: new Uint8Array(size) }),
};

const COMPRESSIONS: Readonly<Record<number, Compression>> = {
  1: { ratio: 1, unpack: (stored, size) => stored.slice(0, size) },
  5: { ratio: 1400, unpack: unpackLzw },
  8: deflate,
  32946: deflate,
  32773: { ratio: 64, unpack: unpackPackBits },
};

const OTHER_NAMES: Readonly<Record<number, string>> = {
  2: 'CCITT fax compression',
  3: 'CCITT fax compression',
  4: 'CCITT fax compression',
  6: 'JPEG compression of the old kind',
  7: 'JPEG compression',
  33003: 'JPEG 2000 compression',
  33005: 'JPEG 2000 compression',
  34712: 'JPEG 2000 compression',
  50000: 'Zstandard compression',
  50001: 'WebP compression',
};

/** The compression with the given number; throws an ImageFileError for those that are not read. */
export function compressionOf(number: number, file: string): Compression {
  const compression = COMPRESSIONS[number];
  if (compression !== undefined) return compression;
  throw unsupported(file, OTHER_NAMES[number] ?? `compression ${number}`);
}

/** Unpacks one block to at most `size` and at least `needed` bytes. */
export function unpackBlock(
  compression: Compression,
  stored: Uint8Array,
  size: number,
  needed: number,
  file: string,
): Uint8Array {
  let unpacked: Uint8Array;
  try {
    unpacked = compression.unpack(stored, size);
  } catch (error) {
    throw damaged(file, 'its pixel data cannot be decompressed', error);
  }
  if (unpacked.length < needed) throw truncated(file, 'a strip or tile ends too early');
  return unpacked;
}
