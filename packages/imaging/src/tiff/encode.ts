import { checkImage, type Image } from '../image.js';
import type { ImageInfo } from '../source/image-source.js';
import { encodeHeader, type Field, headerBytes, type TiffForm } from './encode-directory.js';
import { imagejFields, imagejForm, rangesOf } from './encode-imagej.js';
import { omeDescription } from './encode-ome.js';
import {
  LITTLE_ENDIAN,
  pageFields,
  placedDirectories,
  stripFields,
  stripsOf,
  UNCALIBRATED,
  usualCompression,
} from './encode-page.js';
import { sampleBytes } from './encode-samples.js';
import { checkStack, stackOf, type TiffStack } from './encode-stack.js';

export interface TiffOptions {
  /**
   * Default `deflate`, which every reader of scientific images understands; but `none` with `imagej` for several pages
   * and named channels, because ImageJ reads the labels of pages, which name the channels, from uncompressed files only.
   */
  readonly compression?: 'deflate' | 'none';
  /**
   * For whom axes, channels and calibration are written down. Default: `imagej` for stacks, for images with a pixel
   * size and for grey float images (which carry their range), `none` for other images.
   *
   * - `imagej`: ImageJ and Fiji show a hyperstack with the channels' colours, their names as labels of the pages,
   *   and the pixel size. ImageJ has no uint32: it opens them as float32, exact up to 16,777,216. RGB is kept
   *   for uint8; three channels of another type become a composite.
   * - `ome`: OME-XML, which Fiji (by Bio-Formats), QuPath and napari read.
   */
  readonly metadata?: 'imagej' | 'ome' | 'none';
  /** Of an image the distance of neighbouring pixels in `unit`; a stack has its own. */
  readonly pixelSize?: ImageInfo['pixelSize'];
  readonly unit?: ImageInfo['unit'];
}

/**
 * Writes an image or a stack of planes as a TIFF file in strips: uint8, uint16, uint32 or float32.
 *
 * An image is one page with any number of channels (three are RGB, others independent); with `metadata`, and in
 * a stack, each channel is a page of its own. Throws a RangeError for planes that do not fit one another and
 * above 4 GB, the most that a TIFF can hold (`createPyramidTiff` and `writeTiffStack` write larger pictures).
 */
export function encodeTiff(picture: Image | TiffStack, options: TiffOptions = {}): Uint8Array {
  const { pages, first, form } = contentsOf(picture, options);
  const compression = options.compression ?? usualCompression(form);
  const strips = pages.map((page) => stripsOf(sampleBytes(page.data, form.byteOrder), page, compression));
  const fields = pages.map((page, i) => [
    ...pageFields(page, compression),
    ...(i === 0 ? first : UNCALIBRATED),
  ]);
  return assembled(strips, fields, form);
}

/** What the file is made of; `first` are the fields that only the first page has. */
function contentsOf(
  picture: Image | TiffStack,
  { metadata: wanted, pixelSize = null, unit = null }: TiffOptions,
): Contents {
  const isStack = 'planes' in picture;
  const greyFloat = !isStack && picture.channels === 1 && picture.dtype === 'float32';
  const metadata = wanted ?? (isStack || greyFloat || pixelSize !== null ? 'imagej' : 'none');
  if (metadata === 'none' && !isStack) {
    checkImage(picture);
    return { pages: [picture], first: UNCALIBRATED, form: LITTLE_ENDIAN };
  }
  const rgb = metadata === 'ome' || (!isStack && picture.dtype === 'uint8') ? 'together' : 'apart';
  const stack = checkStack(isStack ? picture : { ...stackOf(picture, rgb), pixelSize, unit });
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
  const described = { ...stack, pages: pages.length, ranges: rangesOf(stack) };
  return { pages, first: imagejFields(described), form: imagejForm(described) };
}

interface Contents {
  readonly pages: readonly Image[];
  readonly first: readonly Field[];
  readonly form: TiffForm;
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
    return [...page, ...stripFields({ offsets, sizes })];
  });
  const directories = placedDirectories(complete, at, form);
  const last = directories.at(-1);
  const bytes = new Uint8Array(last === undefined ? at : last.at + last.bytes.length);
  bytes.set(encodeHeader(form, directories[0]?.at ?? 0));
  let to = headerBytes(form);
  for (const strip of strips.flat()) {
    bytes.set(strip, to);
    to += strip.length;
  }
  for (const directory of directories) bytes.set(directory.bytes, directory.at);
  return bytes;
}
