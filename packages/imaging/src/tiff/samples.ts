import { ImageFileError } from '../errors.js';
import type { SampleArray } from '../image.js';
import type { RawPixels } from './blocks.js';
import type { TiffLayout } from './layout.js';

/**
 * The stored bytes of a page as numbers, [height, width, samples].
 *
 * Depths below 8 bit are not spread, 9 to 15 bit become uint16, 64-bit floats are rounded to float32, and
 * signed integers follow `unsigned`. Throws an ImageFileError where integers need more than 32 bits.
 */
export function toSamples(
  raw: RawPixels,
  layout: TiffLayout,
  littleEndian: boolean,
  file: string,
): SampleArray {
  const count = layout.width * layout.height * layout.samples;
  const stored =
    layout.bits % 8 === 0 ? bytesToNumbers(raw.bytes, layout, littleEndian, file) : unpackBits(raw, layout);
  return raw.planes === 1 ? stored : interleaved(stored, raw.planes, count / raw.planes);
}

const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function bytesToNumbers(
  bytes: Uint8Array,
  layout: TiffLayout,
  littleEndian: boolean,
  file: string,
): SampleArray {
  const { bits, format } = layout;
  if (bits > 8 && littleEndian !== HOST_LITTLE_ENDIAN) swapBytes(bytes, bits / 8);
  const { buffer } = bytes;
  if (format === 'float') {
    if (bits === 16) return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    return bits === 32 ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer));
  }
  if (bits === 64) return narrowed(buffer, format, file);
  if (format === 'uint') {
    if (bits === 8) return bytes;
    return bits === 16 ? new Uint16Array(buffer) : new Uint32Array(buffer);
  }
  if (bits === 8) return unsigned(new Int8Array(buffer), bytes, file);
  if (bits === 16) return unsigned(new Int16Array(buffer), new Uint16Array(buffer), file);
  return unsigned(new Int32Array(buffer), new Uint32Array(buffer), file);
}

/** Signed integers: the same numbers unsigned where none is negative (labels often are), else as float32. */
function unsigned(
  signed: Int8Array | Int16Array | Int32Array,
  sameBits: SampleArray,
  file: string,
): SampleArray {
  let exact = true;
  let negative = false;
  for (let i = 0; i < signed.length; i++) {
    const value = signed[i] as number;
    if (value < 0) negative = true;
    if (Math.abs(value) > 2 ** 24) exact = false;
  }
  if (!negative) return sameBits;
  if (!exact) throw tooWide(file, '32-bit integers that are both negative and large');
  return Float32Array.from(signed);
}

function narrowed(buffer: ArrayBufferLike, format: TiffLayout['format'], file: string): Uint32Array {
  const wide = format === 'int' ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
  const data = new Uint32Array(wide.length);
  for (let i = 0; i < wide.length; i++) {
    const value = wide[i] as bigint;
    if (value < 0n || value > 0xffffffffn) throw tooWide(file, '64-bit integers beyond 0 to 4294967295');
    data[i] = Number(value);
  }
  return data;
}

function tooWide(file: string, what: string): ImageFileError {
  return new ImageFileError({
    file,
    problem: `holds ${what}, which no sample type here can keep exactly`,
    remedy: 'save it with 16-bit integer or 32-bit float samples',
  });
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let i = start, j = start + size - 1; i < j; i++, j--) {
      const byte = bytes[i] as number;
      bytes[i] = bytes[j] as number;
      bytes[j] = byte;
    }
  }
}

/** Samples that do not fill bytes follow one another from the highest bit; each row starts at a new byte. */
function unpackBits(
  { bytes, planes, rowBytes }: RawPixels,
  { width, height, samples, bits }: TiffLayout,
): SampleArray {
  const perRow = width * (planes === 1 ? samples : 1);
  const rows = height * planes;
  const data = bits < 8 ? new Uint8Array(perRow * rows) : new Uint16Array(perRow * rows);
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

function interleaved(planar: SampleArray, planes: number, size: number): SampleArray {
  const data = planar.slice();
  for (let plane = 0, from = 0; plane < planes; plane++) {
    for (let i = 0; i < size; i++) data[i * planes + plane] = planar[from++] as number;
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
