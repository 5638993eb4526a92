/** A float32 array as a NumPy file, version 1.0 (numpy.lib.format). */
export function encodeNpy(shape: readonly number[], data: Float32Array): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const fixed = 10;
  // The numbers begin at a multiple of 64 bytes.
  const length = Math.ceil((fixed + header.length + 1) / 64) * 64 - fixed;
  const bytes = new Uint8Array(fixed + length + 4 * data.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), fixed);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of data.entries()) view.setFloat32(fixed + length + 4 * index, value, true);
  return bytes;
}
