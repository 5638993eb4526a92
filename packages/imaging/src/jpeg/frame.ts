import { damaged, truncated, unsupported } from '../errors.js';

// A JPEG stream (ITU-T T.81, annex B) is a row of segments, each of them 0xff, a marker and, mostly, a length and
// contents. The frame header among them says what the picture is.

/** What the frame header of a JPEG stream says. */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: number;
}

const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;

/** Whether the bytes start as a JPEG file does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === START && bytes[2] === 0xff;
}

/** Finds the frame header. Throws an ImageFileError where there is none, or where the samples have not 8 bits. */
export function jpegFrame(bytes: Uint8Array, file: string): JpegFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; ; ) {
    if (at + 4 > bytes.length) throw truncated(file, 'its JPEG data ends before its frame header');
    if (view.getUint8(at) !== 0xff) throw damaged(file, 'its JPEG data has no marker where one is due');
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === SCAN || marker === END) throw damaged(file, 'its JPEG data has no frame header');
    if (isFrame(marker)) {
      if (at + 10 > bytes.length) throw truncated(file, 'its JPEG data ends within its frame header');
      const depth = view.getUint8(at + 4);
      if (depth !== 8) throw unsupported(file, `JPEG compression of ${depth}-bit samples`);
      const frame = {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
      if (frame.width === 0 || frame.height === 0) throw damaged(file, 'its JPEG data has no size');
      if (frame.components === 4) throw unsupported(file, 'CMYK colours');
      return frame;
    }
    at += 2 + view.getUint16(at + 2);
  }
}

/** The start-of-frame markers are 0xc0 to 0xcf but for three among them, which mean other things. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * A whole JPEG stream from one whose tables lie elsewhere (as in TIFF, Adobe Photoshop TIFF technical note 2),
 * with a mark that says how its three components are to be taken: as luminance and colour differences, or as
 * they are. Without it decoders guess.
 */
export function wholeJpeg(
  stream: Uint8Array,
  tables: Uint8Array,
  colours: 'luminance' | 'as stored',
): Uint8Array {
  const shared = tables.subarray(2, endOfTables(tables));
  const mark = adobeSegment(colours === 'luminance' ? 1 : 0);
  const whole = new Uint8Array(2 + mark.length + shared.length + Math.max(0, stream.length - 2));
  whole.set([0xff, START]);
  whole.set(mark, 2);
  whole.set(shared, 2 + mark.length);
  whole.set(stream.subarray(2), 2 + mark.length + shared.length);
  return whole;
}

function endOfTables(tables: Uint8Array): number {
  const ends = tables.at(-2) === 0xff && tables.at(-1) === END;
  return ends ? tables.length - 2 : tables.length;
}

/** The APP14 segment by which Adobe's programs say the transform of the colours: 0 none, 1 YCbCr. */
function adobeSegment(transform: number): Uint8Array {
  const name = [...'Adobe'].map((letter) => letter.charCodeAt(0));
  return Uint8Array.from([0xff, 0xee, 0, 14, ...name, 0, 100, 0, 0, 0, 0, transform]);
}
