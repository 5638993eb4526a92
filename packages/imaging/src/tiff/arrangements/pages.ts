import type { Channel } from '../../source/image-source.js';
import { pictureChannels } from '../../source/picture.js';
import type { Arrangement } from '../arrangement.js';
import { fullLevel, isSmaller, type LevelPlace, subLevels } from '../levels.js';
import { sameShape, type TiffPage, type TiffPages } from '../page.js';
import { meaningOf } from '../photometric.js';
import { resolutionOf } from '../resolution.js';

/**
 * A file without metadata that are read here: its pages of the first one's size and kind are slices. Smaller
 * copies of a page are its sub-directories, the pages behind it that say so, or, where the first page stands
 * alone, pages that are cut in tiles (or strips) like it and shrink from one to the next.
 */
export async function arrangePages(pages: TiffPages, first: TiffPage): Promise<Arrangement> {
  const meaning = meaningOf(first.layout, first.tiff.name);
  const palette = meaning.kind === 'palette';
  const { stack, copies, others } = await sorted(pages, first);
  const subs = await subLevels(pages, first);
  const channels: readonly Channel[] = pictureChannels(palette ? 3 : meaning.channels.length, {
    rgb: meaning.kind !== 'grey' && (palette || meaning.channels.length === 3),
  });
  return {
    format: 'TIFF',
    channels,
    colours: palette ? 'palette' : meaning.kind === 'rgb' && channels.length === 3 ? 'rgb' : null,
    slices: stack.length,
    frames: 1,
    ...(await resolutionOf(first)),
    page: first,
    levels: [fullLevel(first), ...(subs.length > 0 ? subs : copyLevels(stack, copies))],
    others,
    planeOf(channel, slice) {
      const page = stack[slice];
      const sample = palette ? 0 : meaning.channels[channel];
      return page === undefined || sample === undefined ? undefined : { file: null, page, sample };
    },
  };
}

interface Copy {
  readonly page: number;
  readonly width: number;
  readonly height: number;
}

/** The pages of the stack, for each of them its smaller copies, and how many pages are neither. */
async function sorted(pages: TiffPages, first: TiffPage) {
  const stack: number[] = [];
  const copies: Copy[][] = [];
  const shrinking: Copy[] = [];
  let others = 0;
  for (let number = 0; number < pages.directories.length; number++) {
    const page = await pages.page(number);
    const { layout } = page;
    const copy = { page: number, width: layout.width, height: layout.height };
    if (number > 0 && (layout.reduced || layout.mask)) {
      if (!layout.mask && isSmaller(page, first)) copies.at(-1)?.push(copy);
    } else if (sameShape(layout, first.layout)) {
      stack.push(number);
      copies.push([]);
    } else if (
      isSmaller(page, first) &&
      layout.blocks.tiled === first.layout.blocks.tiled &&
      layout.width < (shrinking.at(-1)?.width ?? Number.POSITIVE_INFINITY)
    ) {
      shrinking.push(copy);
    } else others++;
  }
  if (stack.length === 1) copies[0]?.push(...shrinking);
  else others += shrinking.length;
  for (const list of copies) list.sort((a, b) => b.width - a.width);
  return { stack, copies, others };
}

/** The smaller copies as levels, where all pages of the stack have the same ones. */
function copyLevels(stack: readonly number[], copies: readonly Copy[][]): LevelPlace[] {
  const [model = []] = copies;
  const alike = copies.every(
    (list) =>
      list.length === model.length &&
      list.every(({ width, height }, i) => width === model[i]?.width && height === model[i]?.height),
  );
  if (!alike) return [];
  return model.map(({ width, height }, level) => ({
    width,
    height,
    pageOf: (pages, page) => pages.page(copies[stack.indexOf(page)]?.[level]?.page ?? -1),
  }));
}
