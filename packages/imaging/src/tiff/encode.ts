import { zlibSync } from 'fflate';
import { checkImage, type Image } from '../image.js';
import {
  directoryBytes,
  encodeDirectory,
  encodeHeader,
  even,
  type Field,
  headerBytes,
  type TiffForm,
} from './encode-directory.js';
import { IMAGEJ_FORM, imagejFields } from './encode-imagej.js';
import { omeDescription } from './encode-ome.js';
import { sampleBytes } from './encode-samples.js';
import { checkStack, stackOf, type TiffStack } from './encode-stack.js';

export interface TiffOptions {
  /**
   * Default `deflate`, which every reader of scientific images understands; but `none` for several pages with
   * `imagej`, because ImageJ reads the labels of pages, which name the channels, from uncompressed files only.
   */
  readonly compression?: 'deflate' | 'none';
  /**
   * For whom axes, channels and calibration are written down. Default: `imagej` for stacks and for grey float
   * images (which carry their range), `none` for other images.
   *
   * - `imagej`: ImageJ and Fiji show a hyperstack with the channels' colours, their names as labels of the pages,
   *   and the pixel size. ImageJ has no uint32: it opens them as float32, exact up to 16,777,216. RGB is kept
   *   for uint8; three channels of another type become a composite.
   * - `ome`: OME-XML, which Fiji (by Bio-Formats), QuPath and napari read.
   */
  readonly metadata?: 'imagej' | 'ome' | 'none';
}

/**
 * Writes an image or a stack of planes as a TIFF file in strips: uint8, uint16, uint32 or float32.
 *
 * An image is one page with any number of channels (three are RGB, others independent); with `metadata`, and in
 * a stack, each channel is a page of its own. Throws a RangeError for planes that do not fit one another and
 * above 4 GB, the most that a TIFF can hold (`createPyramidTiff` writes larger pictures).
 */
export function encodeTiff(picture: Image | TiffStack, options: TiffOptions = {}): Uint8Array {
  const { pages, first, form } = contentsOf(picture, options.metadata);
  const labelled = form === IMAGEJ_FORM && pages.length > 1;
  const compression = options.compression ?? (labelled ? 'none' : 'deflate');
  const strips = pages.map((page) => stripsOf(page, compression, form));
  const fields = pages.map((page, i) => [
    ...pageFields(page, compression),
    ...(i === 0 ? first : UNCALIBRATED),
  ]);
  return assembled(strips, fields, form);
}

const STRIP_BYTES = 256 * 1024;
const LITTLE_ENDIAN: TiffForm = { byteOrder: 'little', big: false };
const UNCALIBRATED: readonly Field[] = [
  { tag: 282, type: 'rational', values: [1, 1] },
  { tag: 283, type: 'rational', values: [1, 1] },
  { tag: 296, type: 'short', values: [1] },
];

/** What the file is made of; `first` are the fields that only the first page has. */
function contentsOf(picture: Image | TiffStack, wanted: TiffOptions['metadata']): Contents {
  const isStack = 'planes' in picture;
  const greyFloat = !isStack && picture.channels === 1 && picture.dtype === 'float32';
  const metadata = wanted ?? (isStack || greyFloat ? 'imagej' : 'none');
  if (metadata === 'none' && !isStack) {
    checkImage(picture);
    return { pages: [picture], first: UNCALIBRATED, form: LITTLE_ENDIAN };
  }
  const rgb = metadata === 'ome' || (!isStack && picture.dtype === 'uint8') ? 'together' : 'apart';
  const stack = checkStack(isStack ? picture : stackOf(picture, rgb));
  const pages = stack.planes;
  if (metadata === 'none') return { pages, first: UNCALIBRATED, form: LITTLE_ENDIAN };
  if (metadata === 'ome') {
    const description = new TextEncoder().encode(`${omeDescription(stack)}\0`);
    const first: Field[] = [...UNCALIBRATED, { tag: 270, type: 'ascii', values: description }];
    return { pages, first, form: LITTLE_ENDIAN };
  }
  if (stack.samples === 3 && stack.dtype !== 'uint8') {
    throw new RangeError(
      `ImageJ has no RGB planes of ${stack.dtype}; give each channel as a plane of its own.`,
    );
  }
  return { pages, first: imagejFields(stack), form: IMAGEJ_FORM };
}

interface Contents {
  readonly pages: readonly Image[];
  readonly first: readonly Field[];
  readonly form: TiffForm;
}

function rowsPerStrip({ width, height, channels, data }: Image): number {
  return Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / (width * channels * data.BYTES_PER_ELEMENT))));
}

function stripsOf(page: Image, compression: 'deflate' | 'none', { byteOrder }: TiffForm): Uint8Array[] {
  const rowBytes = page.width * page.channels * page.data.BYTES_PER_ELEMENT;
  const rows = rowsPerStrip(page);
  const pixels = sampleBytes(page.data, byteOrder);
  const strips: Uint8Array[] = [];
  for (let row = 0; row < page.height; row += rows) {
    const strip = pixels.subarray(row * rowBytes, Math.min(page.height, row + rows) * rowBytes);
    strips.push(compression === 'deflate' ? zlibSync(strip, { level: 6 }) : strip);
  }
  return strips;
}

/** The fields of a page, without those that say where its strips lie. */
function pageFields(page: Image, compression: 'deflate' | 'none'): Field[] {
  const { width, height, channels, dtype, data } = page;
  const each = (value: number) => new Array<number>(channels).fill(value);
  const rgb = channels === 3;
  const extras = rgb ? 0 : channels - 1;
  return [
    { tag: 256, type: 'long', values: [width] },
    { tag: 257, type: 'long', values: [height] },
    { tag: 258, type: 'short', values: each(data.BYTES_PER_ELEMENT * 8) },
    { tag: 259, type: 'short', values: [compression === 'deflate' ? 8 : 1] },
    { tag: 262, type: 'short', values: [rgb ? 2 : 1] },
    { tag: 277, type: 'short', values: [channels] },
    { tag: 278, type: 'long', values: [rowsPerStrip(page)] },
    { tag: 284, type: 'short', values: [1] },
    ...(extras > 0 ? [{ tag: 338, type: 'short', values: new Array<number>(extras).fill(0) } as const] : []),
    { tag: 339, type: 'short', values: each(dtype === 'float32' ? 3 : 1) },
  ];
}

/**
 * The header, the strips of all pages without a gap, the directories. ImageJ wants the uncompressed planes of a
 * stack to follow one another: it reads the first directory only.
 */
function assembled(
  strips: readonly (readonly Uint8Array[])[],
  fields: readonly (readonly Field[])[],
  form: TiffForm,
): Uint8Array {
  let at = headerBytes(form);
  const complete = fields.map((page, i) => {
    const offsets: number[] = [];
    const sizes: number[] = [];
    for (const strip of strips[i] ?? []) {
      offsets.push(at);
      sizes.push(strip.length);
      at += strip.length;
    }
    return [
      ...page,
      { tag: 273, type: 'offset', values: offsets } as const,
      { tag: 279, type: 'offset', values: sizes } as const,
    ];
  });
  const starts: number[] = [];
  for (const page of complete) {
    at = even(at);
    starts.push(at);
    at += directoryBytes(page, form);
  }
  if (at > 0xffffffff) throw new RangeError('The picture is too large for a TIFF file, which holds 4 GB.');
  const bytes = new Uint8Array(at);
  bytes.set(encodeHeader(form, starts[0] ?? 0));
  let to = headerBytes(form);
  for (const strip of strips.flat()) {
    bytes.set(strip, to);
    to += strip.length;
  }
  complete.forEach((page, i) => {
    const start = starts[i] ?? 0;
    bytes.set(encodeDirectory(page, form, { at: start, next: starts[i + 1] ?? 0 }), start);
  });
  return bytes;
}
