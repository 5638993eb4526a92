import { fitsTiffStack, newSamples, writeTiffStack } from '@deepflash/imaging';
import { createFileSink } from '@deepflash/imaging/node';
import { WorkError } from '../errors.js';
import type { PictureToWrite } from './picture-format.js';
import { commonType, inType } from './tiles.js';

/** Side of the windows in which a picture's sample type is looked for. */
const WINDOW = 1024;

export interface StackForm {
  readonly metadata: 'imagej' | 'ome';
  /** Whether a plane holds one channel, or the three of a colour picture. */
  readonly colours: 'together' | 'apart';
}

/**
 * Writes all planes of a picture as the pages of a TIFF file, a band of rows at a time, so that pictures of any size
 * fit into memory. Where planes come in several types, all get the widest. Throws a WorkError for more than a TIFF file
 * for ImageJ can hold, and a FileWriteError.
 */
export async function writeStack(
  { source, file, out }: PictureToWrite,
  { metadata, colours }: StackForm,
): Promise<void> {
  const { width, height, channels, rgb, slices, frames, pixelSize, unit, frameInterval } = source.info;
  const samples = rgb && colours === 'together' ? 3 : 1;
  const dtype = await commonType(source, WINDOW);
  const shape = { width, height, dtype, samples, channels, slices, frames } as const;
  const stack = { ...shape, pixelSize, unit, frameInterval };
  if (!fitsTiffStack(stack, metadata)) {
    const bytes = width * height * channels.length * slices * frames * newSamples(dtype, 1).byteLength;
    throw new WorkError(
      `${file} is too large for ${out}: it has ${(bytes / 1e9).toFixed(1)} GB of pixels, and a file of this kind holds 4; choose channels, a slice or a time, or write .ome.tif or .ome.zarr.`,
    );
  }
  const perSlice = channels.length / samples;
  const sink = await createFileSink(out);
  try {
    await writeTiffStack(
      sink,
      {
        ...stack,
        async readRows(plane, y, rows) {
          const first = (plane % perSlice) * samples;
          const place = Math.floor(plane / perSlice);
          const image = await source.readRegion({
            ...{ x: 0, y, width, height: rows },
            channels: Array.from({ length: samples }, (_, sample) => first + sample),
            slice: place % slices,
            frame: Math.floor(place / slices),
          });
          return inType(image, dtype);
        },
      },
      { metadata },
    );
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
