import { damaged, unsupported } from '../errors.js';
import { type Image, newSamples, type SampleArray, sampleTypeOf } from '../image.js';
import { numbersOf, type TiffDirectory, type TiffFile } from './directory.js';
import type { TiffLayout } from './layout.js';

/** Turns stored samples into what they mean: greys from dark to bright, RGB, or independent channels. */
export function interpret(
  samples: SampleArray,
  layout: TiffLayout,
  tiff: TiffFile,
  directory: TiffDirectory,
): Image {
  const { width, height, bits, format, photometric } = layout;
  const stored = imageOf(samples, width, height, layout.samples);
  switch (photometric) {
    case 0:
    case 1:
    case 4: {
      if (bits < 8) spread(stored.data, bits);
      if (photometric === 0 && format === 'uint') invert(stored.data, bits < 8 ? 255 : 2 ** bits - 1);
      return withoutAlpha(stored, layout, 1);
    }
    case 2:
      return withoutAlpha(stored, layout, 3);
    case 3: {
      // ImageJ and OME store in the palette how to show a channel; its samples are the measurement.
      if (/^ImageJ=|<OME[\s>]/.test(layout.description)) return withoutAlpha(stored, layout, 1);
      return coloured(stored, numbersOf(tiff, directory, 320) ?? [], tiff.name);
    }
    case 6:
      throw unsupported(tiff.name, 'YCbCr colours');
    case 5:
      throw unsupported(tiff.name, 'CMYK colours');
    case 8:
    case 9:
    case 10:
      throw unsupported(tiff.name, 'Lab colours');
    default:
      throw unsupported(tiff.name, `colours of kind ${photometric}`);
  }
}

function imageOf(data: SampleArray, width: number, height: number, channels: number): Image {
  return { width, height, channels, dtype: sampleTypeOf(data), data };
}

function spread(data: SampleArray, bits: number): void {
  const factor = 255 / (2 ** bits - 1);
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) * factor;
}

function invert(data: SampleArray, white: number): void {
  for (let i = 0; i < data.length; i++) data[i] = white - (data[i] as number);
}

/** Drops the samples beyond the colour that are declared as alpha; unspecified ones are channels. */
function withoutAlpha(image: Image, layout: TiffLayout, colours: number): Image {
  const kept = Array.from({ length: image.channels }, (_, c) => c).filter((c) => {
    const extra = layout.extraSamples[c - (image.channels - layout.extraSamples.length)];
    return c < colours || (extra !== 1 && extra !== 2);
  });
  if (kept.length === image.channels) return image;
  const pixels = image.width * image.height;
  const data = newSamples(image.dtype, pixels * kept.length);
  for (let pixel = 0, i = 0; pixel < pixels; pixel++) {
    for (const c of kept) data[i++] = image.data[pixel * image.channels + c] as number;
  }
  return { ...image, channels: kept.length, data };
}

/** Palette colours have 16 bits, of which the upper 8 count; some writers fill only the lower ones. */
function coloured(indices: Image, palette: readonly number[], file: string): Image {
  if (indices.channels !== 1) throw unsupported(file, 'a palette for several channels');
  const size = palette.length / 3;
  const shift = palette.some((value) => value > 255) ? 8 : 0;
  const data = new Uint8Array(indices.data.length * 3);
  for (let i = 0; i < indices.data.length; i++) {
    const index = indices.data[i] as number;
    if (index >= size) throw damaged(file, 'a pixel has a colour that its palette lacks');
    for (let c = 0; c < 3; c++) data[i * 3 + c] = (palette[c * size + index] as number) >> shift;
  }
  return imageOf(data, indices.width, indices.height, 3);
}
