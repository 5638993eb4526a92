import type { SampleArray } from '../image.js';
import type { TiffForm } from './encode-directory.js';

const HOST_ORDER: TiffForm['byteOrder'] =
  new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big';

/** The bytes of samples in the given order; they share the samples' memory where the machine has that order. */
export function sampleBytes(data: SampleArray, byteOrder: TiffForm['byteOrder']): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const size = data.BYTES_PER_ELEMENT;
  if (size === 1 || byteOrder === HOST_ORDER) return bytes;
  const swapped = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += size) {
    for (let i = 0; i < size; i++) swapped[start + i] = bytes[start + size - 1 - i] as number;
  }
  return swapped;
}
