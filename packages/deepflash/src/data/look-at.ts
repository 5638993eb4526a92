/** What has to be known of an image and its mask before any work starts; plain data, found out in any thread. */
import { join } from 'node:path';
import {
  type Image,
  ImageFileError,
  MaskValueError,
  type Selection,
  SelectionError,
  type SelectionNotice,
  stem,
} from '@deepflash/imaging';
import { type ChannelMoments, channelMoments, IGNORED } from '@deepflash/segmentation';
import { areInstances, type MaskContent, type MaskSettings, maskContent } from '../masks/content.js';
import { decideMeaning, readMeaning } from '../masks/meaning.js';
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
  /** What becomes of images that have no mask. Default: they are refused. */
  readonly unmarked?: 'refuse' | 'leave-out';
}

export interface PairToLookAt {
  readonly folders: DataFolders;
  /** File names within the folders. */
  readonly pair: { readonly image: string; readonly mask: string };
  readonly selection: Selection;
  readonly masks: MaskSettings;
  /** Paths of further masks of the image, which must be of its size. */
  readonly more: readonly string[];
}

export interface LookedAtPair {
  readonly item: Omit<DataItem, 'fold'>;
  /** For each number of channels that the image can be taken to have. */
  readonly moments: readonly ChannelMoments[];
  /** Of the mask and of the further ones. */
  readonly contents: readonly MaskContent[];
  /** Of the objects that the mask marks. */
  readonly objectSizes: readonly number[];
  readonly notices: readonly SelectionNotice[];
}

/** Reads an image and its mask and tells of them, or all that is wrong with them. */
export async function lookAtPair({
  folders,
  pair,
  selection,
  masks,
  more,
}: PairToLookAt): Promise<LookedAtPair | { readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const paths = { image: join(folders.images, pair.image), mask: join(folders.masks, pair.mask) };
  const used = await attempt(() => readUsedImage(paths.image, selection), problems);
  const mask = await attempt(() => readMaskFile(paths.mask), problems);
  const contents: MaskContent[] = [];
  const look = async (one: Image | undefined, path: string): Promise<void> => {
    if (one === undefined) return;
    if (used !== undefined && (one.width !== used.image.width || one.height !== used.image.height)) {
      problems.push(
        `${path} has ${one.width} x ${one.height} pixels, but its image ${pair.image} has ${used.image.width} x ${used.image.height}; draw the mask on that image at its full size.`,
      );
    }
    const content = await attempt(() => maskContent(one, masks, path), problems);
    if (content !== undefined) contents.push(content);
  };
  await look(mask, paths.mask);
  for (const path of more) await look(await attempt(() => readMaskFile(path), problems), path);
  const [content] = contents;
  const objects =
    mask && (await attempt(() => (content ? marked(mask, content, masks, paths.mask) : mask), problems));
  if (used === undefined || objects === undefined || problems.length > 0) return { problems };
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
    contents,
    objectSizes: objectSizes(objects),
    notices,
  };
}

/** The mask with its objects as they will be told apart. */
function marked(mask: Image, content: MaskContent, settings: MaskSettings, file: string): Image {
  if (content.kind === 'values' && !areInstances([content]) && settings.kind !== 'instances') {
    return foreground(mask, content.values, settings.ignored);
  }
  if (content.kind === 'colours' && settings.table === null) return mask;
  // That colours cannot be left out by values is said of all masks together.
  const own = content.kind === 'colours' ? { ...settings, ignored: [] } : settings;
  const { width, height, data } = readMeaning(mask, decideMeaning([content], own, null), file);
  return { width, height, channels: 1, dtype: 'uint8', data: data.map((one) => (one === IGNORED ? 0 : one)) };
}

/** A mask of classes with 1 where one is marked: the background is 0, or the lowest value of a mask without 0. */
function foreground(mask: Image, values: readonly number[], ignored: readonly number[]): Image {
  const [lowest = 0] = values;
  if (lowest === 0 && ignored.length === 0) return mask;
  const unmarked = new Set([0, lowest, ...ignored]);
  const data = Uint8Array.from(mask.data, (value) => (unmarked.has(value) ? 0 : 1));
  return { ...mask, dtype: 'uint8', data };
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
