import { Decompress, decompress } from 'fzstd';

/**
 * Unpacks a Zstandard frame (RFC 8878) of at most `size` bytes. Throws an Error for damaged frames and, before memory
 * is taken, for those that declare more.
 */
export function unpackZstd(stored: Uint8Array, size: number): Uint8Array {
  const { content, windowAt } = zstdFrame(stored);
  if (content !== undefined) {
    if (content > size) throw tooMuch();
    return decompress(stored, new Uint8Array(content));
  }
  const out = new Uint8Array(size);
  let written = 0;
  const stream = new Decompress((chunk) => {
    if (written + chunk.length > size) throw tooMuch();
    out.set(chunk, written);
    written += chunk.length;
  });
  stream.push(withWindow(stored, windowAt, size), true);
  return out.subarray(0, written);
}

function tooMuch(): Error {
  return new Error('a Zstandard frame holds more than it should');
}

const MAGIC = 0xfd2fb528;

export interface ZstdFrame {
  /** The bytes that it unpacks to, where it says so. */
  readonly content: number | undefined;
  /** Where the byte is that declares the window. Frames without one declare their content. */
  readonly windowAt: number;
}

/** What the header of a frame declares (RFC 8878, section 3.1.1.1). Throws an Error for other bytes. */
export function zstdFrame(stored: Uint8Array): ZstdFrame {
  // The longest header, so that a cut one reads as zeros.
  const head = new Uint8Array(18);
  head.set(stored.subarray(0, 18));
  const view = new DataView(head.buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('it is no Zstandard frame');
  const flags = view.getUint8(4);
  const single = (flags >> 5) & 1;
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  const at = 6 - single + dictionary;
  const contents: readonly (() => number | undefined)[] = [
    () => (single ? view.getUint8(at) : undefined),
    () => view.getUint16(at, true) + 256,
    () => view.getUint32(at, true),
    () => Number(view.getBigUint64(at, true)),
  ];
  return { content: contents[flags >> 6]?.(), windowAt: 5 };
}

const SMALLEST_WINDOW = 10;

/**
 * The frame with a window of no more than `size` bytes, of which it cannot need more: encoders that do not know how
 * much is to come declare megabytes for a small tile, and the decoder takes them for each.
 */
function withWindow(stored: Uint8Array, at: number, size: number): Uint8Array {
  const exponent = Math.max(0, Math.ceil(Math.log2(size)) - SMALLEST_WINDOW);
  if ((stored[at] ?? 0) >> 3 <= exponent) return stored;
  const narrowed = stored.slice();
  narrowed[at] = exponent << 3;
  return narrowed;
}
