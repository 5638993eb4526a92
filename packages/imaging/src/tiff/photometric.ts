import { damaged, unsupported } from '../errors.js';
import { newSamples, type SampleArray, type SampleType } from '../image.js';
import { narrow, type StoredSamples } from '../source/narrow.js';
import { JPEG } from './compression.js';
import type { TiffLayout } from './layout.js';
import type { TiffPage } from './page.js';

/** What the samples of a page mean. */
export interface Meaning {
  readonly kind: 'grey' | 'rgb' | 'palette';
  /** Indices of the samples that are channels: alpha is not one, unspecified extra samples are. */
  readonly channels: readonly number[];
}

/** Throws an ImageFileError for colours that are not read. */
export function meaningOf(layout: TiffLayout, file: string): Meaning {
  const { photometric, samples, compression } = layout;
  switch (photometric) {
    case 0:
    case 1:
    case 4:
      return { kind: 'grey', channels: withoutAlpha(layout, 1) };
    case 2:
      return { kind: samples < 3 ? 'grey' : 'rgb', channels: withoutAlpha(layout, 3) };
    case 3:
      return { kind: 'palette', channels: withoutAlpha(layout, 1) };
    case 6:
      if (compression !== JPEG || layout.planar || samples !== 3) throw unsupported(file, 'YCbCr colours');
      return { kind: 'rgb', channels: [0, 1, 2] };
    case 5:
      throw unsupported(file, 'CMYK colours');
    case 8:
    case 9:
    case 10:
      throw unsupported(file, 'Lab colours');
    default:
      throw unsupported(file, `colours of kind ${photometric}`);
  }
}

function withoutAlpha({ samples, extraSamples }: TiffLayout, colours: number): number[] {
  return Array.from({ length: samples }, (_, sample) => sample).filter((sample) => {
    const extra = extraSamples[sample - (samples - extraSamples.length)];
    return sample < colours || (extra !== 1 && extra !== 2);
  });
}

/** The sample that says how opaque a pixel is; undefined where none does. */
export function opacitySample(layout: TiffLayout, { channels }: Meaning): number | undefined {
  const { samples, extraSamples } = layout;
  const first = samples - extraSamples.length;
  const found = extraSamples.findIndex(
    (kind, i) => (kind === 1 || kind === 2) && !channels.includes(first + i),
  );
  return found < 0 ? undefined : first + found;
}

/** Samples of opacity from 0 to 255: whole numbers fill their bits but that of a sign, fractions are parts of 1. */
export function opacitiesOf(stored: StoredSamples, { bits, format }: TiffLayout): Uint8Array {
  const factor = format === 'float' ? 255 : 255 / (2 ** (format === 'int' ? bits - 1 : bits) - 1);
  const opacity = new Uint8Array(stored.length);
  for (let i = 0; i < stored.length; i++) {
    opacity[i] = Math.min(255, Math.max(0, Math.round((stored[i] as number) * factor)));
  }
  return opacity;
}

/** The type that samples of a page have once they are read, when they are integers that fit; see `narrow`. */
export function sampleTypeRead({ bits, format }: TiffLayout): SampleType {
  if (format === 'float') return 'float32';
  if (bits <= 8) return 'uint8';
  return bits <= 16 ? 'uint16' : 'uint32';
}

/**
 * Stored samples, which may be written over, as the numbers that a picture has: greys run from dark to bright, and
 * those of fewer than 8 bits fill 0 to 255. Of a palette, the colours (0 red to 2 blue) that are asked for.
 */
export async function interpret(
  stored: StoredSamples,
  { layout, tiff, palette }: TiffPage,
  colours: readonly number[] | null,
): Promise<SampleArray> {
  if (colours) return coloursOf(stored, await palette(), colours, tiff.name);
  const data = narrow(stored, tiff.name);
  brighten(data, layout);
  return data;
}

function brighten(data: SampleArray, { bits, format, photometric }: TiffLayout): void {
  if (bits < 8) {
    const factor = 255 / (2 ** bits - 1);
    for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) * factor;
  }
  if (photometric !== 0 || format !== 'uint' || bits > 32) return;
  const white = bits < 8 ? 255 : 2 ** bits - 1;
  for (let i = 0; i < data.length; i++) data[i] = white - (data[i] as number);
}

/** Palettes have 16 bits, of which the upper 8 count; some writers fill only the lower ones. */
function coloursOf(
  indices: ArrayLike<number>,
  palette: Float64Array,
  channels: readonly number[],
  file: string,
): SampleArray {
  const size = palette.length / 3;
  const shift = palette.some((value) => value > 255) ? 8 : 0;
  const data = newSamples('uint8', indices.length * channels.length);
  for (let i = 0, to = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (index >= size) throw damaged(file, 'a pixel has a colour that its palette lacks');
    for (const channel of channels) data[to++] = (palette[channel * size + index] as number) >> shift;
  }
  return data;
}
