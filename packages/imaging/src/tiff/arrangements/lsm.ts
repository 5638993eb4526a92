import { damaged } from '../../errors.js';
import { parseLsm, parseLsmColours } from '../../metadata/lsm.js';
import { pictureChannels } from '../../source/picture.js';
import type { Arrangement } from '../arrangement.js';
import { rawOf } from '../directory.js';
import { fullLevel } from '../levels.js';
import { sameShape, type TiffPage, type TiffPages } from '../page.js';

const LSM_INFO = 34412;
const MOST_COLOUR_BYTES = 65_536;

/** A stack of a Zeiss confocal microscope: pages of all channels, each followed by a thumbnail; undefined for other files. */
export async function arrangeLsm(pages: TiffPages, first: TiffPage): Promise<Arrangement | undefined> {
  const { tiff, directory, layout } = first;
  const info = await rawOf(tiff, directory, LSM_INFO);
  if (!info) return undefined;
  const metadata = parseLsm(info, tiff.littleEndian);
  if (!metadata) throw damaged(tiff.name, 'its LSM header cannot be read');
  const { slices, frames, calibration, frameInterval, coloursOffset } = metadata;
  const stack: number[] = [];
  for (let number = 0; number < pages.directories.length; number++) {
    const page = await pages.page(number);
    if (!page.layout.reduced && sameShape(page.layout, layout)) stack.push(number);
  }
  const colours =
    coloursOffset !== null && coloursOffset < tiff.size
      ? parseLsmColours(
          await tiff.source.read(coloursOffset, Math.min(MOST_COLOUR_BYTES, tiff.size - coloursOffset)),
          tiff.littleEndian,
        )
      : [];
  return {
    format: 'LSM',
    channels: pictureChannels(layout.samples, { rgb: false }).map((none, i) => colours[i] ?? none),
    colours: null,
    slices,
    frames,
    pixelSize: calibration?.pixelSize ?? null,
    unit: calibration?.unit ?? null,
    frameInterval,
    page: first,
    levels: [fullLevel(first)],
    planeOf(channel, slice, frame) {
      const number = metadata.pageOrder === 'slices-first' ? frame * slices + slice : slice * frames + frame;
      const page = stack[number];
      return page === undefined ? undefined : { file: null, page, sample: channel };
    },
  };
}
