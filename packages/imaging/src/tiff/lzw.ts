const CLEAR = 256;
const END = 257;
const MOST_CODES = 4096;

/**
 * Unpacks a TIFF LZW stream (TIFF 6.0, section 13: codes of 9 to 12 bits, highest bit first, widened one code
 * early) to at most `size` bytes. Throws an Error for codes that cannot occur.
 */
export function unpackLzw(stored: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  // The string of a code is the string of its prefix and one more byte; all strings lie in `out` already, so
  // a code is kept as the place and length of one occurrence.
  const place = new Uint32Array(MOST_CODES);
  const length = new Uint32Array(MOST_CODES);
  let codes = END + 1;
  let width = 9;
  let written = 0;
  let previous = CLEAR;
  let buffer = 0;
  let buffered = 0;
  for (let at = 0; written < size; ) {
    while (buffered < width && at < stored.length) {
      buffer = ((buffer << 8) | (stored[at++] as number)) & 0xffffff;
      buffered += 8;
    }
    if (buffered < width) break;
    buffered -= width;
    const code = (buffer >> buffered) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      codes = END + 1;
      width = 9;
      previous = CLEAR;
      continue;
    }
    if (code > codes || (code === codes && previous === CLEAR))
      throw new Error('an LZW code is out of range');
    const start = written;
    if (previous !== CLEAR && codes < MOST_CODES) {
      // The new code is the previous string and the first byte of this one, which comes right behind it.
      const previousLength = previous < CLEAR ? 1 : (length[previous] as number);
      place[codes] = start - previousLength;
      length[codes] = previousLength + 1;
      codes++;
    }
    if (code < CLEAR) out[written++] = code;
    else {
      const from = place[code] as number;
      const end = Math.min(size, written + (length[code] as number));
      for (let i = from; written < end; ) out[written++] = out[i++] as number;
    }
    previous = code;
    if (codes >= (1 << width) - 1 && width < 12) width++;
  }
  return out.subarray(0, written);
}
