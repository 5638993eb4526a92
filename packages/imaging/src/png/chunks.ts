import { crc32 } from '../crc32.js';
import { damaged, truncated, unsupported } from '../errors.js';

/** What the chunks of a PNG file say that concern its pixels. Specification: W3C PNG, third edition, section 11.2. */
export interface PngContents {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
  /** RGB triples, empty without a palette. */
  readonly palette: Uint8Array;
  /** Of a palette the opacities of its first entries, else the one colour that is transparent, two bytes a sample. */
  readonly transparency: Uint8Array;
  /** The zlib stream of the filtered scan lines. */
  readonly compressed: Uint8Array;
}

export const SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The colour types and, for each, the samples per pixel and the bit depths that the specification allows. */
export const COLOUR_TYPES: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** Reads the critical chunks, each checked against its CRC, and that of transparency; others are passed over. */
export function readChunks(bytes: Uint8Array, file: string): PngContents {
  if (bytes.length < 8) throw truncated(file, 'it has only a few bytes');
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    throw damaged(file, 'its first bytes were changed, as by a transfer in text mode');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette = new Uint8Array(0);
  let transparency = new Uint8Array(0);
  const parts: Uint8Array[] = [];
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) throw truncated(file, 'its last part, the end mark, is missing');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw damaged(file, `part at byte ${at} has no valid name`);
    if (at + 12 + length > bytes.length) throw truncated(file, `it ends within its ${type} part`);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (
      isCritical(type) &&
      view.getUint32(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length))
    ) {
      throw damaged(file, `the checksum of its ${type} part is wrong`);
    }
    if (type === 'IHDR') header = readHeader(body, file);
    else if (type === 'PLTE') palette = body.slice();
    else if (type === 'tRNS') transparency = body.slice();
    else if (type === 'IDAT') parts.push(body);
    else if (type === 'IEND') break;
    else if (isCritical(type)) throw unsupported(file, `the PNG extension ${type}`);
    at += 12 + length;
  }
  if (header === undefined) throw damaged(file, 'its header is missing');
  return { ...header, palette, transparency, compressed: joined(parts) };
}

type Header = Omit<PngContents, 'palette' | 'transparency' | 'compressed'>;

function readHeader(body: Uint8Array, file: string): Header {
  if (body.length !== 13) throw damaged(file, 'its header has the wrong length');
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, colourType, compression, filter, interlace] = [8, 9, 10, 11, 12].map((at) =>
    view.getUint8(at),
  );
  if (width === 0 || height === 0) throw damaged(file, `it declares ${width} x ${height} pixels`);
  if (depth === undefined || colourType === undefined || !COLOUR_TYPES[colourType]?.depths.includes(depth)) {
    throw damaged(file, `${depth} bits with colour type ${colourType} do not exist`);
  }
  if (compression !== 0 || filter !== 0 || interlace === undefined || interlace > 1) {
    throw damaged(file, 'its header names unknown methods');
  }
  return { width, height, depth, colourType, interlaced: interlace === 1 };
}

/** Capital first letter: a reader that does not know the chunk must not go on. */
function isCritical(type: string): boolean {
  return type < 'a';
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
