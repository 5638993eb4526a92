import type { Image } from '../image.js';
import type { Channel } from '../source/image-source.js';
import type { Field, TiffForm } from './encode-directory.js';
import type { CheckedStack, TiffStack } from './encode-stack.js';

// What ImageJ and Fiji know of a TIFF file beyond its pixels stands in three places (ij.io.TiffEncoder):
//
//   270            lines `key=value`: how many channels, slices and frames the pages are (channels run fastest),
//                  the unit, the distance of slices, and the range that is displayed
//   282, 283       pixels per unit
//   50838, 50839   lists in binary: a label for each page, the displayed range and a colour table for each
//                  channel. 50839 holds `IJIJ`, then the kinds and counts, then their contents; 50838 the length
//                  of that head and of each content.
//
// ImageJ reads labels right in big-endian files only (in others it loses the higher byte of a character), so
// files with labels are written in that order, as it does itself. Others are not: Pillow swaps the bytes of
// compressed big-endian floats once too often, and gives numbers of no meaning.

const MAGIC = 0x494a494a; // IJIJ
const LABELS = 0x6c61626c; // labl
const RANGES = 0x72616e67; // rang
const TABLES = 0x6c757473; // luts
const MOST_COMPOSITE_CHANNELS = 7;

/** The form of a file for ImageJ. */
export function imagejForm({ pages, channels }: Pick<ImageJPicture, 'pages' | 'channels'>): TiffForm {
  const labelled = pages > 1 || channels.some(({ name }) => (name ?? '') !== '');
  return { byteOrder: labelled ? 'big' : 'little', big: false };
}

/** What is written down of a picture. */
export interface ImageJPicture extends Omit<TiffStack, 'planes'> {
  readonly dtype: Image['dtype'];
  /** Channels in each page: 1, or 3 for RGB. */
  readonly samples: number;
  readonly pages: number;
  /** What is displayed of each channel; none for RGB. */
  readonly ranges: readonly Range[];
}

export type Range = readonly [min: number, max: number];

/** The fields of the first page by which ImageJ knows the axes, the calibration and the channels. */
export function imagejFields(stack: ImageJPicture): Field[] {
  const { pixelSize } = stack;
  const description = new TextEncoder().encode(`${descriptionOf(stack)}\0`);
  return [
    { tag: 270, type: 'ascii', values: description },
    { tag: 282, type: 'rational', values: pixelSize ? fraction(pixelSize.x).reverse() : [1, 1] },
    { tag: 283, type: 'rational', values: pixelSize ? fraction(pixelSize.y).reverse() : [1, 1] },
    { tag: 296, type: 'short', values: [1] },
    ...binaryFields(stack),
  ];
}

function descriptionOf(stack: ImageJPicture): string {
  const { pages, ranges, slices, frames, pixelSize, unit, frameInterval, dtype, samples } = stack;
  const channels = samples === 1 ? stack.channels.length : 1;
  const lines = ['ImageJ=1.54f', `images=${pages}`];
  if (channels > 1) lines.push(`channels=${channels}`);
  if (slices > 1) lines.push(`slices=${slices}`);
  if (frames > 1) lines.push(`frames=${frames}`);
  if (channels > 1 || (slices > 1 && frames > 1)) lines.push('hyperstack=true');
  if (channels > 1) lines.push(`mode=${channels <= MOST_COMPOSITE_CHANNELS ? 'composite' : 'color'}`);
  if (pixelSize && unit) lines.push(`unit=${escaped(unit)}`);
  if (pixelSize?.z && pages > 1) lines.push(`spacing=${pixelSize.z}`);
  if (frameInterval && frames > 1) lines.push(`finterval=${frameInterval}`);
  if (pages > 1) lines.push('loop=false');
  const [range] = ranges;
  if (range && dtype !== 'uint8') lines.push(`min=${range[0]}`, `max=${range[1]}`);
  return `${lines.join('\n')}\n`;
}

/** The lines are a Java properties file, where characters beyond ASCII stand as `\u` and four digits. */
function escaped(text: string): string {
  return [...text.replace(/[\r\n\\]/g, ' ')]
    .map((letter) =>
      letter > '~'
        ? `\\u${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
        : letter,
    )
    .join('');
}

/** The displayed ranges of all channels of a stack. */
export function rangesOf(stack: CheckedStack): Range[] {
  return stack.samples === 1 ? stack.channels.map((_, channel) => rangeOf(stack, channel)) : [];
}

/** The least and the greatest finite sample of a channel; all of 0 to 255 for 8 bit. */
function rangeOf({ planes, channels, dtype }: CheckedStack, channel: number): Range {
  if (dtype === 'uint8') return [0, 255];
  let range = NO_RANGE;
  for (let plane = channel; plane < planes.length; plane += channels.length) {
    range = widened(range, planes[plane] as Image);
  }
  return shownRange(range, dtype);
}

export const NO_RANGE: Range = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** The range with the finite samples of an image. */
export function widened([least, greatest]: Range, { data }: Image): Range {
  let [min, max] = [least, greatest];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

/** What is displayed of a channel whose samples lie in a range. */
export function shownRange(range: Range, dtype: Image['dtype']): Range {
  if (dtype === 'uint8') return [0, 255];
  return range[0] <= range[1] ? range : [0, 1];
}

function binaryFields({ pages, channels, samples, ranges }: ImageJPicture): Field[] {
  const labels = Array.from({ length: pages }, (_, page) => channels[page % channels.length]?.name ?? '');
  const kinds: { readonly kind: number; readonly contents: readonly Uint8Array[] }[] = [];
  if (samples === 1 && labels.some((label) => label !== '')) {
    kinds.push({ kind: LABELS, contents: labels.map(wideText) });
  }
  if (ranges.length > 1) kinds.push({ kind: RANGES, contents: [doubles(ranges.flat())] });
  if (samples === 1 && channels.length > 1) kinds.push({ kind: TABLES, contents: channels.map(colourTable) });
  if (kinds.length === 0) return [];
  const head = new Uint8Array(4 + kinds.length * 8);
  const view = new DataView(head.buffer);
  view.setUint32(0, MAGIC);
  kinds.forEach(({ kind, contents }, i) => {
    view.setUint32(4 + i * 8, kind);
    view.setUint32(8 + i * 8, contents.length);
  });
  const parts = [head, ...kinds.flatMap(({ contents }) => contents)];
  return [
    { tag: 50838, type: 'long', values: parts.map((part) => part.length) },
    { tag: 50839, type: 'byte', values: parts.flatMap((part) => [...part]) },
  ];
}

function wideText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i));
  return bytes;
}

function doubles(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => {
    view.setFloat64(i * 8, value);
  });
  return new Uint8Array(view.buffer);
}

/** 256 reds, then greens, then blues, from black to the colour of the channel. */
function colourTable({ colour }: Channel): Uint8Array {
  const table = new Uint8Array(768);
  (colour ?? [255, 255, 255]).forEach((full, part) => {
    for (let i = 0; i < 256; i++) table[part * 256 + i] = Math.round((full * i) / 255);
  });
  return table;
}

const GREATEST = 2 ** 31 - 1;

/** A number above zero as a quotient of two that ImageJ can hold (31 bits), by its continued fraction. */
export function fraction(value: number): [numerator: number, denominator: number] {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  for (let rest = value; ; ) {
    const whole = Math.floor(rest);
    const [p2, q2] = [whole * p1 + p0, whole * q1 + q0];
    if (p2 > GREATEST || q2 > GREATEST) break;
    [p0, q0, p1, q1] = [p1, q1, p2, q2];
    if (rest === whole || Math.abs(p1 / q1 - value) <= value * 2 ** -50) break;
    rest = 1 / (rest - whole);
  }
  // Beyond what the numbers hold, the nearest that they do.
  if (q1 === 0) return [GREATEST, 1];
  return p1 === 0 ? [1, GREATEST] : [p1, q1];
}
