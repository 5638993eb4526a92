import { damaged, ImageFileError, truncated, unsupported } from '../errors.js';
import { decodeJpegBlock } from '../jpeg/block.js';
import { unpackZlib } from '../zlib.js';
import { unpackZstd } from '../zstd.js';
import { unpackLzw } from './lzw.js';
import { unpackPackBits } from './packbits.js';

/** A way in which the strips or tiles of a TIFF file are compressed. */
export interface Compression {
  /** The most that it can shrink data, to one: what declares more than that is damaged. */
  readonly ratio: number;
  /** Unpacks a block to at most `size` bytes. */
  readonly unpack: (stored: Uint8Array, size: number, block: BlockForm) => Uint8Array | Promise<Uint8Array>;
}

/** What a compression of pictures needs to know of a block. */
export interface BlockForm {
  readonly file: string;
  /** Pixels, and samples in each of them. */
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  /** Whether the samples are luminance and colour differences, to be turned into RGB. */
  readonly luminance: boolean;
  /** What the blocks of the page have in common (JPEGTables). */
  readonly tables: Uint8Array;
}

const deflate: Compression = {
  ratio: 1040,
  unpack: unpackZlib,
};

export const JPEG = 7;

const COMPRESSIONS: Readonly<Record<number, Compression>> = {
  1: { ratio: 1, unpack: (stored, size) => stored.slice(0, size) },
  5: { ratio: 1400, unpack: unpackLzw },
  [JPEG]: { ratio: 1100, unpack: (stored, _size, block) => decodeJpegBlock(stored, block) },
  8: deflate,
  32946: deflate,
  32773: { ratio: 64, unpack: unpackPackBits },
  50000: { ratio: 2 ** 15, unpack: unpackZstd },
};

const OTHER_NAMES: Readonly<Record<number, string>> = {
  2: 'CCITT fax compression',
  3: 'CCITT fax compression',
  4: 'CCITT fax compression',
  6: 'JPEG compression of the old kind',
  33003: 'JPEG 2000 compression',
  33005: 'JPEG 2000 compression',
  34712: 'JPEG 2000 compression',
  34887: 'LERC compression',
  34925: 'LZMA compression',
  50001: 'WebP compression',
  50002: 'JPEG XL compression',
};

/** The compression with the given number; throws an ImageFileError for those that are not read. */
export function compressionOf(number: number, file: string): Compression {
  const compression = COMPRESSIONS[number];
  if (compression !== undefined) return compression;
  throw unsupported(file, OTHER_NAMES[number] ?? `compression ${number}`);
}

/** Unpacks one block to at most `size` and at least `needed` bytes. */
export async function unpackBlock(
  compression: Compression,
  stored: Uint8Array,
  { size, needed }: { readonly size: number; readonly needed: number },
  block: BlockForm,
): Promise<Uint8Array> {
  let unpacked: Uint8Array;
  try {
    unpacked = await compression.unpack(stored, size, block);
  } catch (error) {
    if (error instanceof ImageFileError) throw error;
    throw damaged(block.file, 'its pixel data cannot be decompressed', error);
  }
  if (unpacked.length < needed) throw truncated(block.file, 'a strip or tile ends too early');
  return unpacked;
}
