import { damaged, truncated, unsupported } from '../errors.js';
import type { Image } from '../image.js';
import { checkSampleCount } from '../limits.js';

// Windows bitmaps: a file header of 14 bytes, an information header (the core one of 12 bytes, or one of 40 and
// more), a palette of blue, green and red, and rows that are padded to 4 bytes and run upwards unless the height
// is negative. Layout after Microsoft's description of BITMAPFILEHEADER, BITMAPCOREHEADER and BITMAPINFOHEADER.

/** Whether the bytes start as a BMP file does. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d;
}

interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  /** Where the palette lies, bytes for each of its colours, and how many it has. */
  readonly palette: { readonly at: number; readonly step: number; readonly count: number };
  /** Where the rows lie. */
  readonly rows: number;
}

/** Bits per pixel of the file, which are not kept in the image: `uint1`, `uint4` or `uint8`. */
export interface BmpPicture {
  readonly image: Image;
  readonly storedType: string;
}

/**
 * Reads an uncompressed BMP file of 1, 4, 8, 24 or 32 bits. Palettes are expanded to RGB, or to grey where all
 * their colours are; the fourth byte of 32-bit pixels is dropped, as alpha is in other files.
 */
export function decodeBmp(bytes: Uint8Array, file: string): BmpPicture {
  const header = readHeader(bytes, file);
  const { width, height, bits } = header;
  checkSampleCount(file, width, height, 3);
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (header.rows + rowBytes * height > bytes.length) throw truncated(file, 'its pixel rows are not whole');
  const storedType = `uint${Math.min(bits, 8)}`;
  const rowAt = (y: number) => header.rows + rowBytes * (header.topDown ? y : height - 1 - y);
  if (bits > 8) {
    const data = new Uint8Array(width * height * 3);
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0, from = rowAt(y); x < width; x++, from += bits / 8) {
        for (let c = 2; c >= 0; c--) data[to++] = bytes[from + c] as number;
      }
    }
    return { image: { width, height, channels: 3, dtype: 'uint8', data }, storedType };
  }
  const colours = readPalette(bytes, header, file);
  const channels = colours.grey ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, row = rowAt(y); x < width; x++) {
      const bit = x * bits;
      const index = ((bytes[row + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
      if (index >= colours.count) throw damaged(file, 'a pixel has a colour that its palette lacks');
      for (let c = 0; c < channels; c++) data[to++] = colours.rgb[index * 3 + c] as number;
    }
  }
  return { image: { width, height, channels, dtype: 'uint8', data }, storedType };
}

function readHeader(bytes: Uint8Array, file: string): BmpHeader {
  if (bytes.length < 26) throw truncated(file, 'it ends within its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = view.getUint32(10, true);
  const size = view.getUint32(14, true);
  const core = size === 12;
  if (!core && (size < 40 || size > 1024)) throw damaged(file, `its header declares ${size} bytes`);
  if (14 + size > bytes.length) throw truncated(file, 'it ends within its header');
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core ? 0 : view.getUint32(30, true);
  const used = core ? 0 : view.getUint32(46, true);
  if (width <= 0 || signedHeight === 0) throw damaged(file, `it declares ${width} x ${signedHeight} pixels`);
  if (compression !== 0) throw unsupported(file, COMPRESSIONS[compression] ?? `compression ${compression}`);
  if (![1, 4, 8, 24, 32].includes(bits)) throw unsupported(file, `${bits} bits in a BMP file`);
  const step = core ? 3 : 4;
  const count = bits > 8 ? 0 : used || 1 << bits;
  return {
    width,
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    bits,
    palette: { at: 14 + size, step, count },
    rows,
  };
}

const COMPRESSIONS: Readonly<Record<number, string>> = {
  1: 'run-length compression of BMP',
  2: 'run-length compression of BMP',
  3: 'colour masks of BMP',
  4: 'JPEG compression within BMP',
  5: 'PNG compression within BMP',
  6: 'colour masks of BMP',
};

function readPalette(bytes: Uint8Array, { palette: { at, step, count }, bits }: BmpHeader, file: string) {
  if (count > 1 << bits) throw damaged(file, `its palette declares ${count} colours`);
  if (at + count * step > bytes.length) throw truncated(file, 'it ends within its palette');
  const rgb = new Uint8Array(count * 3);
  let grey = true;
  for (let i = 0; i < count; i++) {
    const [blue = 0, green = 0, red = 0] = bytes.subarray(at + i * step, at + i * step + 3);
    rgb.set([red, green, blue], i * 3);
    if (red !== green || red !== blue) grey = false;
  }
  return { rgb, grey, count };
}
