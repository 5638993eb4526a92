import { checkImage, type Image } from '../image.js';
import type { ByteSink } from '../sink/byte-sink.js';
import { encodeHeader, type Field, headerBytes, type TiffForm } from './encode-directory.js';
import { imagejFields, imagejForm, NO_RANGE, type Range, shownRange, widened } from './encode-imagej.js';
import { omeDescription } from './encode-ome.js';
import {
  LITTLE_ENDIAN,
  type PageForm,
  pageFields,
  placedDirectories,
  rowBytesOf,
  rowsPerStrip,
  stripFields,
  stripsOf,
  UNCALIBRATED,
  usualCompression,
} from './encode-page.js';
import { sampleBytes } from './encode-samples.js';
import type { TiffStack } from './encode-stack.js';

/** A stack whose rows are asked for when they are written. */
export interface TiffStackInParts
  extends Omit<TiffStack, 'planes'>,
    Pick<Image, 'width' | 'height' | 'dtype'> {
  /** Channels in each plane: 1, or 3 for the red, green and blue of a colour picture. */
  readonly samples: 1 | 3;
  /** Rows of a plane, in the order of planes of `TiffStack`, over the whole width and in the stack's type. */
  readonly readRows: (plane: number, y: number, rows: number) => Promise<Image>;
}

export interface StackWriting {
  /** As for `encodeTiff`. */
  readonly metadata: 'imagej' | 'ome';
  /** How many bytes of rows are asked for at a time, at least a strip. Default: 16 MB. */
  readonly bandBytes?: number;
}

const BAND_BYTES = 2 ** 24;

/** The most bytes of a file that is no BigTIFF, with room for its tables. */
const MOST_BYTES = 4e9;

/** Whether `writeTiffStack` can write so much: ImageJ reads files of 4 GB at most. */
export function fitsTiffStack(
  stack: Omit<TiffStackInParts, 'readRows'>,
  metadata: 'imagej' | 'ome',
): boolean {
  return metadata === 'ome' || bytesOf(stack) <= MOST_BYTES;
}

/**
 * Writes what `encodeTiff` writes of a stack with the same metadata, strip by strip, so that pictures of any size fit
 * into memory. With `ome` it is a BigTIFF where it could exceed 4 GB. Closes the sink, which is the caller's to
 * discard when something throws. Throws a RangeError for rows that do not fit the stack, and above 4 GB for `imagej`.
 */
export async function writeTiffStack(
  sink: ByteSink,
  stack: TiffStackInParts,
  { metadata, bandBytes = BAND_BYTES }: StackWriting,
): Promise<void> {
  const page: PageForm = { ...stack, channels: stack.samples };
  const pages = pageCount(stack);
  const form: TiffForm =
    metadata === 'imagej'
      ? imagejForm({ pages, channels: stack.channels })
      : { ...LITTLE_ENDIAN, big: bytesOf(stack) > MOST_BYTES };
  if (!fitsTiffStack(stack, metadata)) {
    throw new RangeError('The picture is too large for a TIFF file, which holds 4 GB.');
  }
  const compression = usualCompression(form);
  const ranges = stack.samples === 1 ? stack.channels.map((): Range => NO_RANGE) : [];
  await sink.write(0, encodeHeader(form, 0));
  let end = headerBytes(form);
  const strips: Field[][] = [];
  for (let plane = 0; plane < pages; plane++) {
    const channel = plane % stack.channels.length;
    const offsets: number[] = [];
    const sizes: number[] = [];
    for await (const band of bandsOf(stack, page, plane, bandBytes)) {
      const range = ranges[channel];
      if (range !== undefined) ranges[channel] = widened(range, band);
      for (const strip of stripsOf(sampleBytes(band.data, form.byteOrder), page, compression)) {
        await sink.write(end, strip);
        offsets.push(end);
        sizes.push(strip.length);
        end += strip.length;
      }
    }
    strips.push(stripFields({ offsets, sizes }));
  }
  const shown = ranges.map((range) => shownRange(range, stack.dtype));
  const first = firstFields(stack, metadata, pages, shown);
  const complete = strips.map((fields, plane) => [
    ...pageFields(page, compression),
    ...(plane === 0 ? first : UNCALIBRATED),
    ...fields,
  ]);
  const directories = placedDirectories(complete, end, form);
  for (const { at, bytes } of directories) await sink.write(at, bytes);
  await sink.write(0, encodeHeader(form, directories[0]?.at ?? 0));
  await sink.close();
}

function pageCount({ channels, samples, slices, frames }: Omit<TiffStackInParts, 'readRows'>): number {
  return (channels.length / samples) * slices * frames;
}

function bytesOf(stack: Omit<TiffStackInParts, 'readRows'>): number {
  return rowBytesOf({ ...stack, channels: stack.samples }) * stack.height * pageCount(stack);
}

function firstFields(
  stack: TiffStackInParts,
  metadata: 'imagej' | 'ome',
  pages: number,
  ranges: readonly Range[],
): readonly Field[] {
  if (metadata === 'imagej') return imagejFields({ ...stack, pages, ranges });
  const description = new TextEncoder().encode(`${omeDescription(stack)}\0`);
  return [...UNCALIBRATED, { tag: 270, type: 'ascii', values: description }];
}

/** The rows of a plane in bands of whole strips. */
async function* bandsOf(
  stack: TiffStackInParts,
  page: PageForm,
  plane: number,
  bandBytes: number,
): AsyncGenerator<Image> {
  const strip = rowsPerStrip(page);
  const rows = strip * Math.max(1, Math.floor(bandBytes / (strip * rowBytesOf(page))));
  for (let y = 0; y < stack.height; y += rows) {
    const band = await stack.readRows(plane, y, Math.min(rows, stack.height - y));
    checkImage(band);
    const fits = band.width === page.width && band.channels === page.channels && band.dtype === page.dtype;
    if (!fits || band.height !== Math.min(rows, stack.height - y)) {
      throw new RangeError('The rows of a stack must be of its width, type and number of channels.');
    }
    yield band;
  }
}
