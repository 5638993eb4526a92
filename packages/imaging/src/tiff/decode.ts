import { damaged } from '../errors.js';
import type { Image } from '../image.js';
import { readBlocks } from './blocks.js';
import { openTiff, readDirectory } from './directory.js';
import { layoutOf } from './layout.js';
import { interpret } from './photometric.js';
import { toSamples } from './samples.js';

// geotiff, which checks what we write, takes the numbers of big-endian files for little-endian ones where a list
// of strips is long, refuses planar files that name one format for all samples, and does not return from some
// damaged Zstandard data; a reader of measurements must not, hence this one.

export function isTiff(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && hasHeader(bytes);
}

/** Reads the first page of a TIFF or BigTIFF file; see `readImage` for what becomes of its samples. */
export function decodeTiff(bytes: Uint8Array, file: string): Image {
  const tiff = openTiff(bytes, file);
  if (tiff === undefined) throw damaged(file, 'it has no TIFF header');
  const directory = readDirectory(tiff);
  const layout = layoutOf(tiff, directory);
  const raw = readBlocks(tiff, layout);
  const samples = toSamples(raw, layout, tiff.littleEndian, file);
  return interpret(samples, layout, tiff, directory);
}

function hasHeader(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  if (a === 0x49 && b === 0x49) return (c === 42 || c === 43) && d === 0;
  return a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43);
}
