import { type Image, newSamples } from '../image.js';
import { packZlib } from '../zlib.js';
import { directoryBytes, encodeDirectory, even, type Field, type TiffForm } from './encode-directory.js';

// What the pages of a file in strips have in common, whether they are written at once or piece by piece.

export type StripCompression = 'deflate' | 'none';

/** Floats that are compressed in big-endian order are misread by Pillow, and labels in compressed files by ImageJ. */
export function usualCompression({ byteOrder }: TiffForm): StripCompression {
  return byteOrder === 'big' ? 'none' : 'deflate';
}

export const LITTLE_ENDIAN: TiffForm = { byteOrder: 'little', big: false };

export const UNCALIBRATED: readonly Field[] = [
  { tag: 282, type: 'rational', values: [1, 1] },
  { tag: 283, type: 'rational', values: [1, 1] },
  { tag: 296, type: 'short', values: [1] },
];

/** A page without its pixels. */
export type PageForm = Pick<Image, 'width' | 'height' | 'channels' | 'dtype'>;

const STRIP_BYTES = 256 * 1024;

export function rowsPerStrip(page: PageForm): number {
  return Math.max(1, Math.min(page.height, Math.floor(STRIP_BYTES / rowBytesOf(page))));
}

export function rowBytesOf({ width, channels, dtype }: PageForm): number {
  return width * channels * bytesOf(dtype);
}

function bytesOf(dtype: Image['dtype']): number {
  return newSamples(dtype, 1).BYTES_PER_ELEMENT;
}

/** The strips of rows that start where a strip does, compressed. */
export function stripsOf(pixels: Uint8Array, page: PageForm, compression: StripCompression): Uint8Array[] {
  const bytes = rowsPerStrip(page) * rowBytesOf(page);
  const strips: Uint8Array[] = [];
  for (let at = 0; at < pixels.length; at += bytes) {
    const strip = pixels.subarray(at, at + bytes);
    strips.push(compression === 'deflate' ? packZlib(strip) : strip);
  }
  return strips;
}

/** The fields of a page, without those that say where its strips lie. */
export function pageFields(page: PageForm, compression: StripCompression): Field[] {
  const { width, height, channels, dtype } = page;
  const each = (value: number) => new Array<number>(channels).fill(value);
  const rgb = channels === 3;
  const extras = rgb ? 0 : channels - 1;
  return [
    { tag: 256, type: 'long', values: [width] },
    { tag: 257, type: 'long', values: [height] },
    { tag: 258, type: 'short', values: each(bytesOf(dtype) * 8) },
    { tag: 259, type: 'short', values: [compression === 'deflate' ? 8 : 1] },
    { tag: 262, type: 'short', values: [rgb ? 2 : 1] },
    { tag: 277, type: 'short', values: [channels] },
    { tag: 278, type: 'long', values: [rowsPerStrip(page)] },
    { tag: 284, type: 'short', values: [1] },
    ...(extras > 0 ? [{ tag: 338, type: 'short', values: new Array<number>(extras).fill(0) } as const] : []),
    { tag: 339, type: 'short', values: each(dtype === 'float32' ? 3 : 1) },
  ];
}

/** Where the strips of a page lie, and how long they are. */
export interface StripPlaces {
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
}

export function stripFields({ offsets, sizes }: StripPlaces): Field[] {
  return [
    { tag: 273, type: 'offset', values: offsets },
    { tag: 279, type: 'offset', values: sizes },
  ];
}

/**
 * The directories of all pages, one behind the other from the byte `from` on, with their places. Throws a RangeError
 * where they lie beyond what a TIFF file can hold.
 */
export function placedDirectories(
  pages: readonly (readonly Field[])[],
  from: number,
  form: TiffForm,
): { readonly at: number; readonly bytes: Uint8Array }[] {
  let end = from;
  const starts = pages.map((page) => {
    const start = even(end);
    end = start + directoryBytes(page, form);
    return start;
  });
  if (end > 0xffffffff && !form.big) {
    throw new RangeError('The picture is too large for a TIFF file, which holds 4 GB.');
  }
  return pages.map((page, i) => {
    const at = starts[i] ?? 0;
    return { at, bytes: encodeDirectory(page, form, { at, next: starts[i + 1] ?? 0 }) };
  });
}
