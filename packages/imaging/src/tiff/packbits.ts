/** Unpacks PackBits (TIFF 6.0, section 9: runs of literal and of repeated bytes) to at most `size` bytes. */
export function unpackPackBits(stored: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let written = 0;
  for (let at = 0; at < stored.length && written < size; ) {
    const head = stored[at++] as number;
    if (head === 128) continue;
    const run = Math.min(head < 128 ? head + 1 : 257 - head, size - written);
    if (head < 128) {
      const literal = stored.subarray(at, at + run);
      out.set(literal, written);
      written += literal.length;
      at += run;
    } else if (at < stored.length) {
      out.fill(stored[at++] as number, written, written + run);
      written += run;
    }
  }
  return out.subarray(0, written);
}
