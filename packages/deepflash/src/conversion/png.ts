/** PNG holds one plane, grey or in colours, of whole numbers of 8 or 16 bits, and nothing about a microscope. */
import { encodePng, type Image, type SampleArray } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { WorkError } from '../errors.js';
import type { PictureFormat, PictureToWrite } from './picture-format.js';

const MOST = 65535;

export const png: PictureFormat = {
  name: 'PNG',
  endings: ['.png'],
  holds: 'plane',
  async write({ source, file, out }) {
    const { width, height, channels, rgb, pixelSize } = source.info;
    if (channels.length !== 1 && channels.length !== 3) throw tooManyChannels({ source, file, out });
    const image = await source.readRegion({ x: 0, y: 0, width, height });
    const { written, losses } = fitted(image);
    await writeFileAtomic(out, encodePng(written));
    return [
      ...losses,
      ...(channels.length === 3 && !rgb
        ? ['The three channels became red, green and blue; write .tif to keep them as channels.']
        : []),
      ...(pixelSize === null ? [] : ['PNG keeps no pixel size; write .tif to keep it.']),
    ];
  },
};

function tooManyChannels({ source, file, out }: PictureToWrite): WorkError {
  return new WorkError(
    `${file} has ${source.info.channels.length} channels, and ${out} can hold one, or three as colours; choose with --channels, or write .tif.`,
  );
}

/** The image in numbers that PNG holds, unchanged where that is possible. */
function fitted(image: Image): { readonly written: Image; readonly losses: readonly string[] } {
  const { data, dtype } = image;
  if (dtype === 'uint8' || dtype === 'uint16') return { written: image, losses: [] };
  if (data.every((value) => Number.isInteger(value) && value >= 0 && value <= MOST)) {
    return { written: { ...image, dtype: 'uint16', data: Uint16Array.from(data) }, losses: [] };
  }
  const { low, high } = rangeOf(data);
  const factor = high > low ? MOST / (high - low) : 0;
  // What is not a number becomes 0.
  const scaled = Uint16Array.from(data, (value) => Math.round((clamped(value, low, high) - low) * factor));
  return {
    written: { ...image, dtype: 'uint16', data: scaled },
    losses: [
      `PNG holds whole numbers from 0 to ${MOST}: the values from ${low} to ${high} were scaled to these; write .tif to keep them.`,
    ],
  };
}

function clamped(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? low : Math.min(high, Math.max(low, value));
}

/** Of the finite values. */
function rangeOf(data: SampleArray): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}
