import { Decompress, decompress } from 'fzstd';

/** The largest window that Zstandard's own program accepts unasked. */
const LARGEST_WINDOW = 2 ** 27;

/** Unpacks a Zstandard frame (RFC 8878) of at most `size` bytes. Throws an Error for damaged frames. */
export function unpackZstd(stored: Uint8Array, size: number): Uint8Array {
  const { content, window } = frameOf(stored);
  if (content !== undefined) {
    if (content > size) throw new Error('a Zstandard frame holds more than it should');
    return decompress(stored, new Uint8Array(content));
  }
  if (window > LARGEST_WINDOW) throw new Error('a Zstandard frame needs a huge window');
  const out = new Uint8Array(size);
  let written = 0;
  const stream = new Decompress((chunk) => {
    if (written + chunk.length > size) throw new Error('a Zstandard frame holds more than it should');
    out.set(chunk, written);
    written += chunk.length;
  });
  stream.push(stored, true);
  return out.subarray(0, written);
}

/** What a frame declares (RFC 8878, section 3.1.1.1): the bytes that it holds, where it says so, and its window. */
function frameOf(stored: Uint8Array): { readonly content: number | undefined; readonly window: number } {
  if (stored.length < 16) {
    const padded = new Uint8Array(16);
    padded.set(stored);
    return frameOf(padded);
  }
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  if (view.getUint32(0, true) !== 0xfd2fb528) throw new Error('it is no Zstandard frame');
  const flags = view.getUint8(4);
  const single = (flags >> 5) & 1;
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  const mantissa = view.getUint8(5);
  const base = 2 ** (10 + (mantissa >> 3));
  const at = 6 - single + dictionary;
  const contents: readonly (() => number | undefined)[] = [
    () => (single ? view.getUint8(at) : undefined),
    () => view.getUint16(at, true) + 256,
    () => view.getUint32(at, true),
    () => (at + 8 <= view.byteLength ? Number(view.getBigUint64(at, true)) : undefined),
  ];
  const content = contents[flags >> 6]?.();
  return { content, window: single ? (content ?? 0) : base + (base / 8) * (mantissa & 7) };
}
