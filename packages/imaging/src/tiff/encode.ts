import { zlibSync } from 'fflate';
import { checkImage, type Image } from '../image.js';

export interface TiffOptions {
  /** Default `deflate`, which every reader of scientific images understands. */
  readonly compression?: 'deflate' | 'none';
}

/**
 * Writes an image as a TIFF file of one page: uint8, uint16, uint32 or float32 with any number of channels
 * (three are RGB, others independent), little-endian, in strips. A grey float image carries the lines by which
 * Fiji knows its range. Throws a RangeError above 4 GB, the most that a TIFF can hold.
 */
export function encodeTiff(image: Image, options: TiffOptions = {}): Uint8Array {
  checkImage(image);
  const { width, height, channels, data } = image;
  const compression = options.compression ?? 'deflate';
  const rowBytes = width * channels * data.BYTES_PER_ELEMENT;
  const rowsPerStrip = Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / rowBytes)));
  const pixels = littleEndianBytes(image);
  const strips: Uint8Array[] = [];
  for (let row = 0; row < height; row += rowsPerStrip) {
    const strip = pixels.subarray(row * rowBytes, Math.min(height, row + rowsPerStrip) * rowBytes);
    strips.push(compression === 'deflate' ? zlibSync(strip, { level: 6 }) : strip);
  }
  const stripStarts = startsOf(strips);
  const fields = fieldsOf(image, compression, rowsPerStrip, strips, stripStarts);
  return assembled(fields, strips, stripStarts);
}

const STRIP_BYTES = 256 * 1024;
const HEADER_BYTES = 8;

interface Field {
  readonly tag: number;
  readonly type: 'ascii' | 'short' | 'long' | 'rational';
  readonly values: readonly number[];
}

const TYPES = {
  ascii: { number: 2, bytes: 1, each: 1 },
  short: { number: 3, bytes: 2, each: 1 },
  long: { number: 4, bytes: 4, each: 1 },
  rational: { number: 5, bytes: 4, each: 2 },
} as const;

/** The fields of the page, in the ascending order of tags that the format wants. */
function fieldsOf(
  image: Image,
  compression: 'deflate' | 'none',
  rowsPerStrip: number,
  strips: readonly Uint8Array[],
  starts: readonly number[],
): Field[] {
  const { width, height, channels, dtype, data } = image;
  const each = (value: number) => new Array<number>(channels).fill(value);
  const rgb = channels === 3;
  const extras = rgb ? 0 : channels - 1;
  const description = descriptionOf(image);
  return [
    field(256, 'long', [width]),
    field(257, 'long', [height]),
    field(258, 'short', each(data.BYTES_PER_ELEMENT * 8)),
    field(259, 'short', [compression === 'deflate' ? 8 : 1]),
    field(262, 'short', [rgb ? 2 : 1]),
    ...(description ? [field(270, 'ascii', [...new TextEncoder().encode(description), 0])] : []),
    field(273, 'long', starts),
    field(277, 'short', [channels]),
    field(278, 'long', [rowsPerStrip]),
    field(
      279,
      'long',
      strips.map((strip) => strip.length),
    ),
    field(282, 'rational', [1, 1]),
    field(283, 'rational', [1, 1]),
    field(284, 'short', [1]),
    field(296, 'short', [1]),
    ...(extras > 0 ? [field(338, 'short', new Array<number>(extras).fill(0))] : []),
    field(339, 'short', each(dtype === 'float32' ? 3 : 1)),
  ];
}

function field(tag: number, type: Field['type'], values: readonly number[]): Field {
  return { tag, type, values };
}

/** The description by which ImageJ and Fiji know the display range of a grey float image. */
function descriptionOf({ channels, dtype, data }: Image): string {
  if (channels !== 1 || dtype !== 'float32') return '';
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const range = min <= max ? `min=${min}\nmax=${max}\n` : '';
  return `ImageJ=1.54f\nimages=1\n${range}`;
}

function littleEndianBytes({ data }: Image): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  const view = new DataView(new ArrayBuffer(data.byteLength));
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (data instanceof Uint16Array) view.setUint16(i * 2, value, true);
    else if (data instanceof Uint32Array) view.setUint32(i * 4, value, true);
    else view.setFloat32(i * 4, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** Where each strip lies in the file: right behind the header, at even bytes. */
function startsOf(strips: readonly Uint8Array[]): number[] {
  let at = HEADER_BYTES;
  return strips.map((strip) => {
    const start = at;
    at += strip.length + (strip.length & 1);
    return start;
  });
}

function assembled(
  fields: readonly Field[],
  strips: readonly Uint8Array[],
  starts: readonly number[],
): Uint8Array {
  const directory = (starts.at(-1) ?? HEADER_BYTES) + even(strips.at(-1)?.length ?? 0);
  const directoryBytes = 2 + fields.length * 12 + 4;
  const outside = fields.map(sizeOf).filter((size) => size > 4);
  const total = directory + even(directoryBytes) + outside.reduce((sum, size) => sum + even(size), 0);
  if (total > 0xffffffff) throw new RangeError('The image is too large for a TIFF file, which holds 4 GB.');
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directory, true);
  strips.forEach((strip, i) => {
    bytes.set(strip, starts[i]);
  });
  view.setUint16(directory, fields.length, true);
  let at = directory + 2;
  let free = directory + even(directoryBytes);
  for (const item of fields) {
    const { number, each } = TYPES[item.type];
    view.setUint16(at, item.tag, true);
    view.setUint16(at + 2, number, true);
    view.setUint32(at + 4, item.values.length / each, true);
    const size = sizeOf(item);
    if (size <= 4) writeValues(view, at + 8, item);
    else {
      view.setUint32(at + 8, free, true);
      writeValues(view, free, item);
      free += even(size);
    }
    at += 12;
  }
  return bytes;
}

function sizeOf(item: Field): number {
  return item.values.length * TYPES[item.type].bytes;
}

function even(size: number): number {
  return size + (size & 1);
}

function writeValues(view: DataView, at: number, { type, values }: Field): void {
  const { bytes } = TYPES[type];
  values.forEach((value, i) => {
    if (bytes === 1) view.setUint8(at + i, value);
    else if (bytes === 2) view.setUint16(at + i * 2, value, true);
    else view.setUint32(at + i * 4, value, true);
  });
}
