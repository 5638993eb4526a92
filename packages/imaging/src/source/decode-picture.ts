import { decodeBmp, isBmp } from '../bmp/decode.js';
import { ImageFileError } from '../errors.js';
import type { Image } from '../image.js';
import { decodeJpeg } from '../jpeg/decode.js';
import { isJpeg } from '../jpeg/frame.js';
import { decodePng, isPng } from '../png/decode.js';
import { otherFormat } from './other-formats.js';
import type { PictureOptions } from './picture.js';

/** A picture that was read whole. */
export interface DecodedPicture extends PictureOptions {
  readonly image: Image;
}

/** Reads a PNG, JPEG or BMP file. Throws an ImageFileError for files of other formats, and for damaged ones. */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<DecodedPicture> {
  checkFormat(bytes, file);
  if (isPng(bytes)) return { format: 'PNG', ...decodePng(bytes, file) };
  if (isJpeg(bytes)) return { format: 'JPEG', image: await decodeJpeg(bytes, file) };
  return { format: 'BMP', ...decodeBmp(bytes, file) };
}

/** Throws an ImageFileError unless a file begins as a PNG, JPEG or BMP file does. */
export function checkFormat(start: Uint8Array, file: string): void {
  if (isPng(start) || isJpeg(start) || isBmp(start)) return;
  const { name, remedy } = otherFormat(start);
  throw new ImageFileError({
    file,
    problem: `is ${name}, and PNG, TIFF, JPEG, BMP and OME-Zarr images are read`,
    remedy,
  });
}
