import { ImageFileError } from '../errors.js';
import { newSamples, type SampleArray, type SampleType } from '../image.js';

/** Samples as a Zarr chunk holds them. */
export type StoredArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

interface Kind {
  readonly bytes: number;
  /** The type that the samples of such an array have as a rule when they are read. */
  readonly read: SampleType;
  readonly make: (length: number) => StoredArray;
}

/** The data types of Zarr that pictures have. */
const KINDS = {
  bool: { bytes: 1, read: 'uint8', make: (length) => new Uint8Array(length) },
  int8: { bytes: 1, read: 'uint8', make: (length) => new Int8Array(length) },
  uint8: { bytes: 1, read: 'uint8', make: (length) => new Uint8Array(length) },
  int16: { bytes: 2, read: 'uint16', make: (length) => new Int16Array(length) },
  uint16: { bytes: 2, read: 'uint16', make: (length) => new Uint16Array(length) },
  int32: { bytes: 4, read: 'uint32', make: (length) => new Int32Array(length) },
  uint32: { bytes: 4, read: 'uint32', make: (length) => new Uint32Array(length) },
  int64: { bytes: 8, read: 'uint32', make: (length) => new BigInt64Array(length) },
  uint64: { bytes: 8, read: 'uint32', make: (length) => new BigUint64Array(length) },
  float32: { bytes: 4, read: 'float32', make: (length) => new Float32Array(length) },
  float64: { bytes: 8, read: 'float32', make: (length) => new Float64Array(length) },
} satisfies Readonly<Record<string, Kind>>;

export type StoredType = keyof typeof KINDS;

export function isStoredType(name: string): name is StoredType {
  return Object.hasOwn(KINDS, name);
}

export function kindOf(type: StoredType): Kind {
  return KINDS[type];
}

/**
 * Samples of a window as one of the types of pictures, with the same numbers: signed and 64-bit integers as
 * unsigned ones where none is negative or too large, else as float32; 64-bit floats rounded to float32.
 * Throws an ImageFileError for integers that neither can keep.
 */
export function toSamples(stored: StoredArray, file: string): SampleArray {
  if (stored instanceof Int8Array) return unsigned(stored, 'uint8', file);
  if (stored instanceof Int16Array) return unsigned(stored, 'uint16', file);
  if (stored instanceof Int32Array) return unsigned(stored, 'uint32', file);
  if (stored instanceof BigInt64Array || stored instanceof BigUint64Array) {
    return unsigned(stored, 'uint32', file);
  }
  return stored instanceof Float64Array ? Float32Array.from(stored) : stored;
}

const LARGEST_UINT32 = 2 ** 32 - 1;

/** Whole numbers up to this one are exact in float32. */
const LARGEST_EXACT = 2 ** 24;

function unsigned(
  stored: Int8Array | Int16Array | Int32Array | BigInt64Array | BigUint64Array,
  dtype: SampleType,
  file: string,
): SampleArray {
  let least = 0;
  let largest = 0;
  for (const value of stored) {
    const number = Number(value);
    if (number < least) least = number;
    if (number > largest) largest = number;
  }
  const fits = least === 0 && largest <= LARGEST_UINT32;
  if (!fits && Math.max(-least, largest) > LARGEST_EXACT) throw tooWide(file);
  const samples = newSamples(fits ? dtype : 'float32', stored.length);
  for (let i = 0; i < stored.length; i++) samples[i] = Number(stored[i]);
  return samples;
}

function tooWide(file: string): ImageFileError {
  return new ImageFileError({
    file,
    problem: 'holds integers that are negative or beyond 4294967295 and too large for 32-bit floats',
    remedy: 'save it with 16-bit integer or 32-bit float samples',
  });
}
