/** Looks at every image and mask before any work starts, and tells all that is wrong with them. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  classValues,
  type Image,
  ImageFileError,
  MaskValueError,
  type MatchedMasks,
  maskValues,
  matchMasks,
  readImage,
  stem,
} from '@deepflash/imaging';
import { listImageFiles, readImageFile } from '@deepflash/imaging/node';
import { channelStatistics, type Settings } from '@deepflash/segmentation';
import { DataError } from '../errors.js';
import { softwareVersions } from '../runs/software.js';
import { assignFolds, foldCounts } from './folds.js';
import { channelChoices, toPlanes } from './planes.js';
import type { DataItem, DataRecord } from './record.js';

type StatisticsAccumulator = ReturnType<typeof channelStatistics>;

export interface DataFolders {
  readonly images: string;
  readonly masks: string;
}

export interface InspectedData {
  readonly record: DataRecord;
  /** What is odd but does no harm, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Matches the images and masks of two folders and reads them all, one pair at a time.
 *
 * @throws FolderError for a folder that is missing or holds no images; DataError with every fault of the files;
 *   UsageError when the folds that are asked for do not fit.
 */
export async function inspectData(
  folders: DataFolders,
  settings: Pick<Settings, 'classes' | 'folds' | 'models' | 'seed'>,
): Promise<InspectedData> {
  const matched = matchMasks(await listImageFiles(folders.images), await listImageFiles(folders.masks));
  const problems = matchingProblems(matched, folders);
  const statistics = new Map<number, StatisticsAccumulator>();
  const looked: LookedAt[] = [];
  for (const pair of matched.pairs) {
    const found = await lookAt(folders, pair, statistics);
    if ('problems' in found) problems.push(...found.problems);
    else looked.push(found);
  }
  const channels = commonChannels(looked, problems);
  const values = commonClasses(looked, folders.masks, settings.classes, problems);
  if (problems.length > 0 || channels === undefined || values === undefined) throw new DataError(problems);
  const counts = foldCounts(settings, looked.length);
  const folds = assignFolds(
    looked.map(({ item }) => item.name),
    counts.folds,
    settings.seed,
  );
  const accumulated = statistics.get(channels);
  if (accumulated === undefined) throw new DataError(['There is no image to learn from.']);
  return {
    record: {
      schemaVersion: 1,
      imageFolder: resolve(folders.images),
      maskFolder: resolve(folders.masks),
      channels,
      classValues: [...values],
      ...counts,
      statistics: plainStatistics(accumulated),
      items: looked.map(({ item }) => ({ ...item, fold: folds.get(item.name) ?? 1 })),
      software: softwareVersions(),
    },
    warnings: unusedMasks(matched),
  };
}

interface LookedAt {
  readonly item: Omit<DataItem, 'fold'>;
  readonly channels: readonly number[];
  readonly values: readonly number[];
}

async function lookAt(
  folders: DataFolders,
  pair: { readonly image: string; readonly mask: string },
  statistics: Map<number, StatisticsAccumulator>,
): Promise<LookedAt | { readonly problems: string[] }> {
  const problems: string[] = [];
  const image = await opened(join(folders.images, pair.image), problems);
  const mask = await opened(join(folders.masks, pair.mask), problems);
  if (image === undefined || mask === undefined) return { problems };
  const { width, height } = image.image;
  if (mask.image.width !== width || mask.image.height !== height) {
    problems.push(
      `${mask.path} has ${mask.image.width} x ${mask.image.height} pixels, but its image ${pair.image} has ${width} x ${height}; draw the mask on that image at its full size.`,
    );
  }
  const values = attempt(() => maskValues(mask.image, mask.path), problems);
  if (problems.length > 0 || values === undefined) return { problems };
  const channels = channelChoices(image.image);
  for (const count of channels) {
    const accumulator = statistics.get(count) ?? channelStatistics();
    statistics.set(count, accumulator);
    accumulator.add(toPlanes(image.image, count));
  }
  const item = {
    name: stem(pair.image),
    image: { name: pair.image, bytes: image.bytes, sha256: image.sha256 },
    mask: { name: pair.mask, bytes: mask.bytes, sha256: mask.sha256 },
    width,
    height,
  };
  return { item, channels, values };
}

interface Opened {
  readonly path: string;
  readonly image: Image;
  readonly bytes: number;
  readonly sha256: string;
}

async function opened(path: string, problems: string[]): Promise<Opened | undefined> {
  try {
    return await openHashed(path);
  } catch (error) {
    if (!(error instanceof ImageFileError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

/** Reads an image file and its hash. Throws an ImageFileError. */
export async function openHashed(path: string): Promise<Opened> {
  const bytes = await readFile(path).catch(() => undefined);
  // The second attempt says why, in the words of all image files.
  if (bytes === undefined) return { path, image: await readImageFile(path), bytes: 0, sha256: '' };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, image: await readImage(bytes, path), bytes: bytes.length, sha256 };
}

function attempt<T>(work: () => T, problems: string[]): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MaskValueError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

function matchingProblems(matched: MatchedMasks, folders: DataFolders): string[] {
  const [first] = matched.unmatchedImages;
  if (matched.pairs.length === 0 && matched.ambiguous.length === 0 && first !== undefined) {
    return [
      `No mask in ${folders.masks} belongs to an image in ${folders.images}; check both folders: the mask of ${first} must have a name that begins with ${stem(first)}.`,
    ];
  }
  const missing = matched.unmatchedImages.map(
    (image) =>
      `${join(folders.images, image)} has no mask in ${folders.masks}; add one whose name begins with ${stem(image)}, or take the image away.`,
  );
  const ambiguous = matched.ambiguous.map(({ images, masks }) =>
    images.length > 1
      ? `${images.join(' and ')} in ${folders.images} have the same name; rename or remove all but one.`
      : `${images[0]} fits several masks in ${folders.masks} (${masks.join(', ')}); keep the one that is meant.`,
  );
  return [...missing, ...ambiguous];
}

function unusedMasks({ unmatchedMasks }: MatchedMasks): string[] {
  const count = unmatchedMasks.length;
  if (count === 0) return [];
  const shown = unmatchedMasks.slice(0, 5).join(', ') + (count > 5 ? ', …' : '');
  return [
    count === 1
      ? `One mask belongs to no image and is not used: ${shown}.`
      : `${count} masks belong to no image and are not used: ${shown}.`,
  ];
}

function commonChannels(looked: readonly LookedAt[], problems: string[]): number | undefined {
  const [first, ...rest] = looked;
  const common = first?.channels.find((count) => rest.every(({ channels }) => channels.includes(count)));
  if (common !== undefined || first === undefined) return common;
  const byCount = new Map<string, string[]>();
  for (const { item, channels } of looked) {
    const key = channels.includes(1) ? 'one channel (grey)' : `${channels[0]} channels`;
    byCount.set(key, [...(byCount.get(key) ?? []), item.image.name]);
  }
  const groups = [...byCount].map(
    ([key, names]) => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''} with ${key}`,
  );
  problems.push(
    `The images have different numbers of channels: ${groups.join('; ')}; save all of them alike, for example all as grey images.`,
  );
  return undefined;
}

function commonClasses(
  looked: readonly LookedAt[],
  folder: string,
  classes: number | null,
  problems: string[],
): number[] | undefined {
  if (looked.length === 0) return undefined;
  const all = looked.map(({ values }) => values);
  if (all.every((values) => values.every((value) => value === 0))) {
    problems.push(
      'No mask marks anything: all their pixels are 0; check that the folder of masks is the right one.',
    );
    return undefined;
  }
  const found: string[] = [];
  const values = attempt(() => classValues(all, classes ?? undefined), found);
  problems.push(...found.map((problem) => `In ${folder}, ${problem}`));
  return values;
}

function plainStatistics(accumulator: StatisticsAccumulator): DataRecord['statistics'] {
  const { means, stds, minima, maxima } = accumulator.result();
  return { means: [...means], stds: [...stds], minima: [...minima], maxima: [...maxima] };
}
