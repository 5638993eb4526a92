import { damaged, truncated } from '../errors.js';
import type { Image } from '../image.js';
import { checkPlausible, checkSampleCount } from '../limits.js';
import { unpackZlib } from '../zlib.js';
import { COLOUR_TYPES, type PngContents, readChunks, SIGNATURE } from './chunks.js';
import { undoFilters } from './filters.js';
import { opacityOf } from './opacity.js';

// fast-png, which writes our PNG files, reads truncated pixel data as zeros and interlaced files below 8 bit
// wrongly; a reader of measurements must not, hence this one.

/** Whether the bytes start as a PNG file does; what follows may still be damaged. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.slice(0, 4).every((byte, i) => bytes[i] === byte);
}

/** A PNG that was read, how opaque its pixels are where it says so, and the type of its samples in the file. */
export interface PngPicture {
  readonly image: Image;
  readonly opacity?: Uint8Array;
  readonly storedType: string;
}

/** Reads a PNG of any colour type and depth; see `readImage` for what becomes of palettes, alpha and small depths. */
export function decodePng(bytes: Uint8Array, file: string): PngPicture {
  const png = readChunks(bytes, file);
  return { ...pixelsOf(png, file), storedType: `uint${png.depth}` };
}

function pixelsOf(png: PngContents, file: string): Pick<PngPicture, 'image' | 'opacity'> {
  const { width, height, depth } = png;
  const stored = COLOUR_TYPES[png.colourType]?.samples ?? 1;
  checkSampleCount(file, width, height, stored);
  const passes = passesOf(png, stored);
  const lines = inflated(png, passes, file);
  const samples =
    depth === 16 ? new Uint16Array(width * height * stored) : new Uint8Array(width * height * stored);
  let at = 0;
  for (const pass of passes) {
    const size = pass.rows * (pass.lineBytes + 1);
    const passLines = lines.subarray(at, at + size);
    if (!undoFilters(passLines, pass.rows, pass.lineBytes, Math.max(1, (depth * stored) >> 3))) {
      throw damaged(file, 'a pixel row names an unknown filter');
    }
    placeSamples(passLines, pass, samples, width, stored, depth);
    at += size;
  }
  const opacity = opacityOf(samples, png, stored);
  return { image: imageOf(png, samples, stored, file), ...(opacity === undefined ? {} : { opacity }) };
}

/** @param samples as the file stores them, which may be written over */
function imageOf(png: PngContents, samples: Uint8Array | Uint16Array, stored: number, file: string): Image {
  const { width, height, depth } = png;
  if (png.colourType === 3)
    return { width, height, channels: 3, dtype: 'uint8', data: coloured(samples, png, file) };
  if (depth < 8) spread(samples, depth);
  const channels = stored < 3 ? 1 : 3;
  const data = channels === stored ? samples : withoutLast(samples, stored);
  return { width, height, channels, dtype: depth === 16 ? 'uint16' : 'uint8', data };
}

/** One pass over the image: all of it, or one of the seven grids of an interlaced file. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
  readonly lineBytes: number;
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function passesOf(png: PngContents, stored: number): Pass[] {
  const grids = png.interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return grids
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil((png.width - x) / dx);
      const rows = Math.ceil((png.height - y) / dy);
      return { x, y, dx, dy, columns, rows, lineBytes: Math.ceil((columns * stored * png.depth) / 8) };
    })
    .filter((pass) => pass.columns > 0 && pass.rows > 0);
}

function inflated(png: PngContents, passes: readonly Pass[], file: string): Uint8Array {
  const expected = passes.reduce((sum, pass) => sum + pass.rows * (pass.lineBytes + 1), 0);
  checkPlausible(file, png.compressed.length, expected, 1040);
  let lines: Uint8Array;
  try {
    lines = unpackZlib(png.compressed, expected);
  } catch (error) {
    throw damaged(file, 'its pixel data cannot be decompressed', error);
  }
  if (lines.length < expected) throw truncated(file, 'its pixel data ends too early');
  return lines;
}

function placeSamples(
  lines: Uint8Array,
  pass: Pass,
  samples: Uint8Array | Uint16Array,
  width: number,
  stored: number,
  depth: number,
): void {
  for (let row = 0; row < pass.rows; row++) {
    const line = row * (pass.lineBytes + 1) + 1;
    let target = ((pass.y + row * pass.dy) * width + pass.x) * stored;
    if (depth === 8 && pass.dx === 1) {
      samples.set(lines.subarray(line, line + pass.lineBytes), target);
      continue;
    }
    for (let column = 0, i = 0; column < pass.columns; column++, target += pass.dx * stored) {
      for (let s = 0; s < stored; s++, i++) samples[target + s] = sampleAt(lines, line, i, depth);
    }
  }
}

function sampleAt(lines: Uint8Array, line: number, i: number, depth: number): number {
  if (depth === 8) return lines[line + i] as number;
  if (depth === 16) return ((lines[line + 2 * i] as number) << 8) | (lines[line + 2 * i + 1] as number);
  const bit = i * depth;
  return ((lines[line + (bit >> 3)] as number) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

function coloured(indices: ArrayLike<number>, png: PngContents, file: string): Uint8Array {
  const { palette } = png;
  const data = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const entry = (indices[i] as number) * 3;
    if (entry + 2 >= palette.length) throw damaged(file, 'a pixel has a colour that its palette lacks');
    for (let c = 0; c < 3; c++) data[i * 3 + c] = palette[entry + c] as number;
  }
  return data;
}

/** Greys of 1, 2 or 4 bit to 0..255, as the specification wants them shown and image programs pack them. */
function spread(samples: Uint8Array | Uint16Array, depth: number): void {
  const factor = 255 / ((1 << depth) - 1);
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * factor;
}

function withoutLast(samples: Uint8Array | Uint16Array, stored: number): Uint8Array | Uint16Array {
  const kept = stored - 1;
  const length = (samples.length / stored) * kept;
  const data = samples instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
  for (let i = 0, from = 0; i < length; from++) {
    for (let c = 0; c < kept; c++) data[i++] = samples[from++] as number;
  }
  return data;
}
