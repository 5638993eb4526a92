/** What has to be known of an image and its mask before any work starts; plain data, found out in any thread. */
import { join } from 'node:path';
import {
  ImageFileError,
  MaskValueError,
  maskValues,
  type Selection,
  SelectionError,
  type SelectionNotice,
  stem,
} from '@deepflash/imaging';
import { type ChannelMoments, channelMoments } from '@deepflash/segmentation';
import { fingerprint } from './fingerprint.js';
import { readMaskFile } from './mask-file.js';
import { objectSizes } from './object-sizes.js';
import { channelChoices, toPlanes } from './planes.js';
import type { DataItem } from './record.js';
import { readUsedImage } from './used-image.js';

/** The folders of images and of their masks. */
export interface DataFolders {
  readonly images: string;
  readonly masks: string;
}

export interface PairToLookAt {
  readonly folders: DataFolders;
  /** File names within the folders. */
  readonly pair: { readonly image: string; readonly mask: string };
  readonly selection: Selection;
}

export interface LookedAtPair {
  readonly item: Omit<DataItem, 'fold'>;
  /** For each number of channels that the image can be taken to have. */
  readonly moments: readonly ChannelMoments[];
  readonly values: readonly number[];
  /** Of the objects that the mask marks. */
  readonly objectSizes: readonly number[];
  readonly notices: readonly SelectionNotice[];
}

/** Reads an image and its mask and tells of them, or all that is wrong with them. */
export async function lookAtPair({
  folders,
  pair,
  selection,
}: PairToLookAt): Promise<LookedAtPair | { readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const paths = { image: join(folders.images, pair.image), mask: join(folders.masks, pair.mask) };
  const used = await attempt(() => readUsedImage(paths.image, selection), problems);
  const mask = await attempt(() => readMaskFile(paths.mask), problems);
  if (used !== undefined && mask !== undefined) {
    const { width, height } = used.image;
    if (mask.width !== width || mask.height !== height) {
      problems.push(
        `${paths.mask} has ${mask.width} x ${mask.height} pixels, but its image ${pair.image} has ${width} x ${height}; draw the mask on that image at its full size.`,
      );
    }
  }
  const values = mask && (await attempt(() => maskValues(mask, paths.mask), problems));
  if (used === undefined || mask === undefined || values === undefined || problems.length > 0) {
    return { problems };
  }
  const { image, notices } = used;
  return {
    item: {
      name: stem(pair.image),
      image: { name: pair.image, ...(await fingerprint(paths.image)) },
      mask: { name: pair.mask, ...(await fingerprint(paths.mask)) },
      width: image.width,
      height: image.height,
    },
    moments: channelChoices(image).map((count) => channelMoments(toPlanes(image, count))),
    values,
    objectSizes: objectSizes(mask),
    notices,
  };
}

/** The result of reading files; what is wrong with them is added to the problems. */
export async function attempt<T>(work: () => T | Promise<T>, problems: string[]): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const isProblem =
      error instanceof ImageFileError || error instanceof MaskValueError || error instanceof SelectionError;
    if (!isProblem) throw error;
    problems.push(error.message);
    return undefined;
  }
}
