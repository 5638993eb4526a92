import type { Image } from '../image.js';
import { checkSampleCount } from '../limits.js';
import { jpegFrame } from './frame.js';
import { decodeJpegStream } from './samples.js';

/** Reads a JPEG file, grey or RGB of 8 bit; see `readImage`. CMYK pictures are refused. */
export async function decodeJpeg(bytes: Uint8Array, file: string): Promise<Image> {
  const frame = jpegFrame(bytes, file);
  checkSampleCount(file, frame.width, frame.height, frame.components);
  return { ...(await decodeJpegStream(bytes, file)), dtype: 'uint8' };
}
