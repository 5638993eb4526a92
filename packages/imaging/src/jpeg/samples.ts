import { damaged, ImageFileError, truncated } from '../errors.js';
import { checkPlausible } from '../limits.js';
import { jpegFrame } from './frame.js';

/** A decoded JPEG stream: [height, width, channels] of 8 bits, with 1 or 3 channels. */
export interface JpegSamples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** The most that JPEG can shrink data, to one. */
const RATIO = 1100;

/**
 * Decodes a whole JPEG stream by libjpeg (through sharp). Numbers stay as they are stored: colour profiles and
 * the orientation that a camera notes are passed over. Throws an ImageFileError for a stream with any fault.
 */
export async function decodeJpegStream(stream: Uint8Array, file: string): Promise<JpegSamples> {
  const frame = jpegFrame(stream, file);
  checkPlausible(file, stream.length, frame.width * frame.height * frame.components, RATIO);
  const { default: sharp } = await import('sharp').catch((error: unknown) => {
    throw new ImageFileError(
      {
        file,
        problem: 'needs the library sharp to be read, which does not load',
        remedy: 'install sharp for this machine',
      },
      error,
    );
  });
  try {
    const options = {
      failOn: 'warning',
      limitInputPixels: false,
      ignoreIcc: true,
      autoOrient: false,
    } as const;
    const picture = sharp(stream, options);
    if (frame.components === 1) picture.toColourspace('b-w');
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    if (info.width !== frame.width || info.height !== frame.height || info.channels !== frame.components) {
      throw new Error('its JPEG data has another size than it declares');
    }
    const plain = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { width: frame.width, height: frame.height, channels: frame.components, data: plain };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/premature end/i.test(reason)) throw truncated(file, 'its JPEG data ends too early', error);
    throw damaged(file, `its JPEG data cannot be decoded: ${firstLine(reason)}`, error);
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
