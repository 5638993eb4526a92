import { truncated } from './errors.js';
import type { Image } from './image.js';
import { memorySource } from './source/byte-source.js';
import { decodePicture } from './source/decode-picture.js';
import { guarded } from './source/guarded.js';
import { isTiff } from './tiff/directory.js';
import { readFirstPage } from './tiff/first-page.js';

/**
 * Reads an image from the bytes of a PNG, TIFF, JPEG or BMP file; the content decides which, not the file's ending.
 *
 * - Samples keep their numbers: 8, 16 and 32 bit unsigned and float32 as they are; 1, 2 and 4 bit greys are
 *   spread over 0..255; 64-bit floats become float32; signed integers become unsigned ones of the same width
 *   where none is negative, else float32 (never with a loss).
 * - Palettes are expanded to RGB, except the display colours of ImageJ and OME files, whose samples stay as
 *   they are. WhiteIsZero is inverted. Alpha is dropped. RGB copies of grey stay RGB (see `reduceGreyRgb`).
 * - Colour profiles, and the orientation that cameras note in JPEG files, are passed over: pixels come as stored.
 * - Of a TIFF with several pages, the first is read; `openImage` gives them all.
 *
 * `file` is the name used in errors. Throws an ImageFileError for anything else, and for damaged files.
 */
export function readImage(bytes: Uint8Array, file: string): Promise<Image> {
  return guarded(file, async () => {
    if (bytes.length === 0) throw truncated(file, 'it has no content');
    if (isTiff(bytes)) return readFirstPage(memorySource(bytes, file));
    // A Buffer of Node shares its memory where a Uint8Array copies (`slice`), so none goes further.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return (await decodePicture(plain, file)).image;
  });
}
