import { type Image, newSamples, type SampleType, type TiffStack, widerType } from '@deepflash/imaging';
import { WorkError } from '../errors.js';
import type { PictureToWrite } from './picture-format.js';
import { inType } from './tiles.js';

/** A TIFF file counts its bytes with 32 bits; a little is left for its tables. */
const MOST_BYTES = 4e9;

/**
 * All planes of a picture in memory: one for each channel, or with `colours: 'together'` of a colour picture one of
 * three channels. Where planes come in several types, all get the widest. Throws a WorkError for more than a TIFF
 * file can hold.
 */
export async function readStack(
  { source, file, out }: PictureToWrite,
  { colours }: { readonly colours: 'together' | 'apart' },
): Promise<TiffStack> {
  const { width, height, channels, rgb, slices, frames, pixelSize, unit } = source.info;
  const bytes =
    width * height * channels.length * slices * frames * newSamples(source.info.dtype, 1).byteLength;
  if (bytes > MOST_BYTES) {
    throw new WorkError(
      `${file} is too large for ${out}: it has ${(bytes / 1e9).toFixed(1)} GB of pixels, and a file of this kind holds 4; choose channels, a slice or a time, or write .ome.zarr.`,
    );
  }
  const each = channels.map((_, channel) => channel);
  const groups = rgb && colours === 'together' ? [each] : each.map((channel) => [channel]);
  const planes: Image[] = [];
  let dtype: SampleType = 'uint8';
  for (let frame = 0; frame < frames; frame++) {
    for (let slice = 0; slice < slices; slice++) {
      for (const which of groups) {
        const plane = await source.readRegion({ x: 0, y: 0, width, height, channels: which, slice, frame });
        dtype = widerType(dtype, plane.dtype);
        planes.push(plane);
      }
    }
  }
  const alike = planes.map((plane) => inType(plane, dtype));
  return { planes: alike, channels, slices, frames, pixelSize, unit };
}
