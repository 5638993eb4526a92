import { imageJCalibration, parseImageJ } from '../../metadata/imagej.js';
import { type ImageJTags, imageJChannels, parseImageJTag50839 } from '../../metadata/imagej-tags.js';
import type { Channel } from '../../source/image-source.js';
import { pictureChannels } from '../../source/picture.js';
import type { Arrangement } from '../arrangement.js';
import { blockRowBytes } from '../block-table.js';
import { numbersOf, rawOf } from '../directory.js';
import { fullLevel } from '../levels.js';
import type { TiffPage, TiffPages } from '../page.js';
import { meaningOf } from '../photometric.js';
import { pixelsPerUnit, resolutionOf } from '../resolution.js';

/**
 * A stack that ImageJ wrote: planes with the channel fastest, then Z, then time. Stacks beyond 4 GB have one page,
 * whose pixels those of the other planes follow. Undefined for files that ImageJ did not write, and for those
 * that some program cut down to fewer pages than the description tells.
 */
export async function arrangeImageJ(
  description: string,
  pages: TiffPages,
  first: TiffPage,
): Promise<Arrangement | undefined> {
  const metadata = parseImageJ(description);
  if (!metadata) return undefined;
  const { images, channels, slices, frames } = metadata;
  const { layout, tiff } = first;
  const meaning = meaningOf(layout, tiff.name);
  const planeBytes = blockRowBytes(layout) * layout.height;
  const contiguous = pages.directories.length === 1 && images > 1 && (await holdsSecond(first, planeBytes));
  if (!contiguous && pages.directories.length < images) return undefined;
  const calibration = imageJCalibration(metadata, await pixelsPerUnit(first));
  const samples = meaning.channels;
  const rgb = meaning.kind === 'rgb' && samples.length === 3 && channels === 1;
  return {
    format: 'ImageJ TIFF',
    channels:
      samples.length > 1
        ? pictureChannels(samples.length * channels, { rgb })
        : await withPalette(imageJChannels(metadata, await tagsOf(first)), first),
    colours: rgb ? 'rgb' : null,
    slices,
    frames,
    ...(calibration ?? (await resolutionOf(first))),
    frameInterval: metadata.frameInterval,
    page: first,
    levels: [fullLevel(first)],
    planeOf(channel, slice, frame) {
      const plane = (frame * slices + slice) * channels + Math.floor(channel / samples.length);
      const sample = samples[channel % samples.length];
      if (sample === undefined) return undefined;
      return contiguous
        ? { file: null, page: 0, sample, byteOffset: plane * planeBytes }
        : { file: null, page: plane, sample };
    },
  };
}

/** Whether, behind the first plane, the file has room for most of a second one. */
async function holdsSecond({ layout, table, tiff }: TiffPage, planeBytes: number): Promise<boolean> {
  if (layout.compression !== 1 || layout.planar || layout.blocks.tiled) return false;
  const { offsets } = await table();
  return tiff.size - (offsets[0] ?? 0) > 1.5 * planeBytes;
}

async function tagsOf({ tiff, directory }: TiffPage): Promise<ImageJTags | undefined> {
  const byteCounts = await numbersOf(tiff, directory, 50838);
  const data = await rawOf(tiff, directory, 50839);
  return byteCounts && data && parseImageJTag50839([...byteCounts], data, tiff.littleEndian);
}

/** The colour of a single channel that has only a palette: that of its brightest entry. */
async function withPalette(channels: readonly Channel[], page: TiffPage): Promise<readonly Channel[]> {
  const [channel, ...others] = channels;
  if (!channel || others.length > 0 || channel.colour || page.layout.photometric !== 3) return channels;
  const palette = await page.palette();
  const size = palette.length / 3;
  const [red = 0, green = 0, blue = 0] = [1, 2, 3].map((end) => (palette[end * size - 1] ?? 0) >> 8);
  return [{ ...channel, colour: [red, green, blue] }];
}
