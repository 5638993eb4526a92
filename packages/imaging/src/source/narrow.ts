import { ImageFileError } from '../errors.js';
import type { SampleArray } from '../image.js';

/** Samples in the type of the file. 64-bit integers are held as Float64Array, whose numbers are whole. */
export type StoredSamples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Up to here, float32 keeps every whole number. */
const MOST_EXACT = 2 ** 24;

/**
 * The same numbers in one of the types that pictures have. Signed and 64-bit integers become unsigned ones where
 * none is negative (labels often are) or beyond 32 bits, else float32. Throws an ImageFileError where that would
 * change a number.
 */
export function narrow(samples: StoredSamples, file: string): SampleArray {
  if (
    samples instanceof Uint8Array ||
    samples instanceof Uint16Array ||
    samples instanceof Uint32Array ||
    samples instanceof Float32Array
  ) {
    return samples;
  }
  let least = 0;
  let most = 0;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least === 0 && most <= 0xffffffff) {
    if (samples instanceof Int8Array)
      return new Uint8Array(samples.buffer, samples.byteOffset, samples.length);
    if (samples instanceof Int16Array)
      return new Uint16Array(samples.buffer, samples.byteOffset, samples.length);
    if (samples instanceof Int32Array)
      return new Uint32Array(samples.buffer, samples.byteOffset, samples.length);
    return Uint32Array.from(samples);
  }
  if (-least <= MOST_EXACT && most <= MOST_EXACT) return Float32Array.from(samples);
  throw new ImageFileError({
    file,
    problem: `holds whole numbers from ${least} to ${most}, which no sample type here can keep exactly`,
    remedy: 'save it with 16-bit integer or 32-bit float samples',
  });
}
