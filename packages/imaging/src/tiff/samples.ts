import { damaged } from '../errors.js';
import type { StoredSamples } from '../source/narrow.js';
import type { TiffLayout } from './layout.js';

/** How many samples lie in a row of the bytes that are turned into numbers, and how many rows. */
export interface Rows {
  readonly perRow: number;
  readonly rows: number;
}

/** An array for samples as a page stores them: 64-bit floats are rounded to float32, see `StoredSamples`. */
export function newStored({ bits, format }: TiffLayout, length: number): StoredSamples {
  if (format === 'float') return new Float32Array(length);
  if (bits === 64) return new Float64Array(length);
  if (bits <= 8) return format === 'int' ? new Int8Array(length) : new Uint8Array(length);
  if (bits <= 16) return format === 'int' ? new Int16Array(length) : new Uint16Array(length);
  return format === 'int' ? new Int32Array(length) : new Uint32Array(length);
}

/**
 * Bytes, which are written over, as numbers. Depths below 8 bit are not spread; 9 to 15 bit fill the lower bits
 * of 16. Rows of depths that do not fill bytes start at a new byte.
 */
export function toNumbers(
  bytes: Uint8Array,
  layout: TiffLayout,
  rows: Rows,
  littleEndian: boolean,
  file: string,
): StoredSamples {
  const { bits, format } = layout;
  if (bits % 8 !== 0) return unpackBits(bytes, bits, rows);
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (bits > 8 && littleEndian !== HOST_LITTLE_ENDIAN) swapBytes(own, bits / 8);
  const { buffer, byteOffset } = own;
  const count = rows.perRow * rows.rows;
  if (format === 'float') {
    if (bits === 16) return Float32Array.from(new Uint16Array(buffer, byteOffset, count), halfToNumber);
    if (bits === 32) return new Float32Array(buffer, byteOffset, count);
    return Float32Array.from(new Float64Array(buffer, byteOffset, count));
  }
  const signed = format === 'int';
  if (bits === 8) return signed ? new Int8Array(buffer, byteOffset, count) : own.subarray(0, count);
  if (bits === 16) {
    return signed ? new Int16Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count);
  }
  if (bits === 32) {
    return signed ? new Int32Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
  }
  return wholeNumbers(
    signed ? new BigInt64Array(buffer, byteOffset, count) : new BigUint64Array(buffer, byteOffset, count),
    file,
  );
}

const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function wholeNumbers(wide: BigInt64Array | BigUint64Array, file: string): Float64Array {
  const numbers = new Float64Array(wide.length);
  for (let i = 0; i < wide.length; i++) {
    const value = Number(wide[i]);
    if (!Number.isSafeInteger(value)) throw damaged(file, `it holds the 64-bit number ${wide[i]}`);
    numbers[i] = value;
  }
  return numbers;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start + size <= bytes.length; start += size) {
    for (let i = start, j = start + size - 1; i < j; i++, j--) {
      const byte = bytes[i] as number;
      bytes[i] = bytes[j] as number;
      bytes[j] = byte;
    }
  }
}

/** Samples that do not fill bytes follow one another from the highest bit. */
function unpackBits(bytes: Uint8Array, bits: number, { perRow, rows }: Rows): Uint8Array | Uint16Array {
  const data = bits < 8 ? new Uint8Array(perRow * rows) : new Uint16Array(perRow * rows);
  const rowBytes = Math.ceil((perRow * bits) / 8);
  const mask = (1 << bits) - 1;
  for (let row = 0, i = 0; row < rows; row++) {
    let buffer = 0;
    let buffered = 0;
    for (let column = 0, at = row * rowBytes; column < perRow; column++) {
      for (; buffered < bits; buffered += 8) buffer = ((buffer << 8) | (bytes[at++] as number)) & 0xffffff;
      buffered -= bits;
      data[i++] = (buffer >> buffered) & mask;
    }
  }
  return data;
}

/** A number from the bits of an IEEE 754 half-precision float. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
