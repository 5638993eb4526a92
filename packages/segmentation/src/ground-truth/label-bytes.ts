/**
 * Passes over images of labels, four pixels at a time. Labels lie in long stretches of equal values, so most words of
 * four pixels equal the word before, and the work is done once for all of them.
 */

/** The bytes as words, without the one to three bytes that are left at the end. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/** The bytes at the start of a word, copied where they do not lie so. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
}

/** The largest of the bytes; 0 of none. */
export function largestByte(bytes: Uint8Array): number {
  const source = aligned(bytes);
  const words = wordsOf(source);
  let largest = 0;
  let before = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    if (word === before) continue;
    before = word;
    largest = Math.max(largest, word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24);
  }
  for (let i = words.length * 4; i < source.length; i++) largest = Math.max(largest, source[i] as number);
  return largest;
}

/** Makes each key `key * base + digit`, all of which must be below 256. */
export function appendDigits(keys: Uint8Array, base: number, digits: Uint8Array): void {
  const source = aligned(digits);
  const words = wordsOf(source);
  const results = wordsOf(keys);
  for (let i = 0; i < words.length; i++) {
    results[i] = Math.imul(results[i] as number, base) + (words[i] as number);
  }
  for (let i = words.length * 4; i < source.length; i++) {
    keys[i] = (keys[i] as number) * base + (source[i] as number);
  }
}

/** Adds to `counts` how often each value occurs from byte `start`, a multiple of 4, up to `stop`. */
export function countBytes(
  bytes: Uint8Array,
  counts: Uint32Array,
  start = 0,
  stop: number = bytes.length,
): void {
  const words = wordsOf(bytes);
  const end = stop >> 2;
  for (let i = start >> 2; i < end; ) {
    const word = words[i] as number;
    let next = i + 1;
    while (next < end && words[next] === word) next++;
    for (let shift = 0; shift < 32; shift += 8) {
      const value = (word >>> shift) & 255;
      counts[value] = (counts[value] as number) + next - i;
    }
    i = next;
  }
  for (let i = Math.max(start, end * 4); i < stop; i++) {
    const value = bytes[i] as number;
    counts[value] = (counts[value] as number) + 1;
  }
}

/** The entry of the table for each byte. */
export function mapBytes(bytes: Uint8Array, table: Uint8Array): Uint8Array {
  const mapped = new Uint8Array(bytes.length);
  const words = wordsOf(bytes);
  const results = wordsOf(mapped);
  for (let i = 0; i < words.length; ) {
    const word = words[i] as number;
    let result = 0;
    for (let shift = 0; shift < 32; shift += 8) {
      result |= (table[(word >>> shift) & 255] as number) << shift;
    }
    do results[i++] = result;
    while (i < words.length && words[i] === word);
  }
  for (let i = words.length * 4; i < bytes.length; i++) mapped[i] = table[bytes[i] as number] as number;
  return mapped;
}
