import { damaged, ImageFileError, truncated } from './errors.js';
import type { Image } from './image.js';
import { decodePng, isPng } from './png/decode.js';
import { decodeTiff, isTiff } from './tiff/decode.js';

/**
 * Reads an image from the bytes of a PNG or TIFF file; the content decides which, not the file's ending.
 *
 * - Samples keep their numbers: 8, 16 and 32 bit unsigned and float32 as they are; 1, 2 and 4 bit greys are
 *   spread over 0..255; 64-bit floats become float32; signed integers become unsigned ones of the same width
 *   where none is negative, else float32 (never with a loss).
 * - Palettes are expanded to RGB, except the display colours of ImageJ and OME files, whose samples stay as
 *   they are. WhiteIsZero is inverted. Alpha is dropped. RGB copies of grey stay RGB (see `reduceGreyRgb`).
 * - Of a TIFF with several pages, the first is read.
 *
 * `file` is the name used in errors. Throws an ImageFileError for anything else, and for damaged files.
 */
export async function readImage(bytes: Uint8Array, file: string): Promise<Image> {
  if (bytes.length === 0) throw truncated(file, 'it has no content');
  // A Buffer of Node shares its memory where a Uint8Array copies (`slice`), so none goes further.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (isPng(plain)) return decodePng(plain, file);
    if (isTiff(plain)) return decodeTiff(plain, file);
  } catch (error) {
    if (error instanceof ImageFileError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(file, reason, error);
  }
  throw new ImageFileError({
    file,
    problem: `is ${otherFormat(bytes)}, and only PNG and TIFF images are read`,
    remedy: 'save it as PNG or TIFF, for example with Fiji',
  });
}

const SIGNATURES: readonly (readonly [string, readonly number[]])[] = [
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a GIF image', [0x47, 0x49, 0x46, 0x38]],
  ['a BMP image', [0x42, 0x4d]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
];

function otherFormat(bytes: Uint8Array): string {
  for (const [name, signature] of SIGNATURES) {
    if (signature.every((byte, i) => bytes[i] === byte)) return name;
  }
  return 'of an unknown format';
}
