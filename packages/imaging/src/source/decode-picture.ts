import { decodeBmp, isBmp } from '../bmp/decode.js';
import { ImageFileError } from '../errors.js';
import type { Image } from '../image.js';
import { decodeJpeg } from '../jpeg/decode.js';
import { isJpeg } from '../jpeg/frame.js';
import { decodePng, isPng } from '../png/decode.js';
import type { PictureOptions } from './picture.js';

/** A picture that was read whole. */
export interface DecodedPicture extends PictureOptions {
  readonly image: Image;
}

/** Reads a PNG, JPEG or BMP file. Throws an ImageFileError for files of other formats, and for damaged ones. */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<DecodedPicture> {
  if (isPng(bytes)) return { format: 'PNG', ...decodePng(bytes, file) };
  if (isJpeg(bytes)) return { format: 'JPEG', image: await decodeJpeg(bytes, file) };
  if (isBmp(bytes)) return { format: 'BMP', ...decodeBmp(bytes, file) };
  throw new ImageFileError({
    file,
    problem: `is ${otherFormat(bytes)}, and only PNG, TIFF, JPEG and BMP images are read`,
    remedy: 'save it as PNG or TIFF, for example with Fiji',
  });
}

const SIGNATURES: readonly (readonly [string, readonly number[]])[] = [
  ['a GIF image', [0x47, 0x49, 0x46, 0x38]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
];

function otherFormat(bytes: Uint8Array): string {
  for (const [name, signature] of SIGNATURES) {
    if (signature.every((byte, i) => bytes[i] === byte)) return name;
  }
  return 'of an unknown format';
}
