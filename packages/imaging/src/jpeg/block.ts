import { damaged } from '../errors.js';
import type { BlockForm } from '../tiff/compression.js';
import { jpegFrame, wholeJpeg } from './frame.js';
import { decodeJpegStream } from './samples.js';

/** Decodes a strip or tile of a TIFF file: [height, width, samples], its width that of the block. */
export async function decodeJpegBlock(stored: Uint8Array, block: BlockForm): Promise<Uint8Array> {
  const { file, width, height, samples, luminance, tables } = block;
  const stream = wholeJpeg(stored, tables, luminance ? 'luminance' : 'as stored');
  const frame = jpegFrame(stream, file);
  if (frame.width !== width || frame.height > height || frame.components !== samples) {
    throw damaged(
      file,
      `a strip or tile of ${width} x ${height} pixels holds a JPEG picture of ${frame.width} x ${frame.height}`,
    );
  }
  return (await decodeJpegStream(stream, file)).data;
}
