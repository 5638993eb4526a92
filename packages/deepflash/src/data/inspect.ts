/** Looks at every image and mask before any work starts, and tells all that is wrong with them. */
import { join, resolve } from 'node:path';
import { MaskValueError, type MatchedMasks, matchMasks, type Selection, stem } from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';
import { channelStatistics, type Settings } from '@deepflash/segmentation';
import { DataError } from '../errors.js';
import { readColourTable } from '../masks/colour-table.js';
import type { MaskContent, MaskSettings } from '../masks/content.js';
import { decideMeaning, type MaskMeaning, valuesOfClasses } from '../masks/meaning.js';
import { softwareVersions } from '../runs/software.js';
import { runTasks } from '../workers/run-tasks.js';
import { assignFolds, foldCounts } from './folds.js';
import { readGroups } from './groups.js';
import type { DataFolders, LookedAtPair } from './look-at.js';
import { expertMasks, probabilityFolder, withSources } from './mask-sources.js';
import { matchingTable } from './matching-table.js';
import { classesIn, missingClasses } from './missing-classes.js';
import { noticeSentences, resolvedSelection } from './notices.js';
import type { DataRecord } from './record.js';

export type { DataFolders } from './look-at.js';

export interface InspectedData {
  readonly record: DataRecord;
  /** What is odd but does no harm, a sentence each. */
  readonly warnings: readonly string[];
}

/** The settings on which it depends how the data are read. */
export type DataSettings = Pick<
  Settings,
  | 'classes'
  | 'folds'
  | 'models'
  | 'seed'
  | 'groups'
  | 'maskKind'
  | 'colours'
  | 'ignore'
  | 'soft'
  | 'experts'
  | keyof Selection
>;

/**
 * Matches the images and masks of two folders and reads them all, as many at a time as there are processor cores.
 *
 * @throws FolderError for a folder that is missing or holds no images; DataError with every fault of the files;
 *   UsageError when the folds that are asked for do not fit.
 */
export async function inspectData(
  folders: DataFolders,
  settings: DataSettings,
  onPair?: (done: number, total: number) => void,
): Promise<InspectedData> {
  const matched = matchMasks(await listImageFiles(folders.images), await listImageFiles(folders.masks));
  const problems = matchingProblems(matched, folders);
  const { channels: chosen, z, time } = settings;
  const selection = { channels: chosen, z, time };
  const masks: MaskSettings = {
    kind: settings.maskKind,
    table: settings.colours === null ? null : await readColourTable(settings.colours),
    ignored: settings.ignore ?? [],
  };
  const ofExperts = await expertMasks(settings.experts, matched);
  const inputs = matched.pairs.map((pair) => ({
    ...{ folders, pair, selection, masks },
    more: (ofExperts.get(pair.image) ?? []).map((file) => join(settings.experts ?? '', file)),
  }));
  const looked: LookedAtPair[] = [];
  for (const found of await runTasks('lookAtPair', inputs, onPair)) {
    if ('problems' in found) problems.push(...found.problems);
    else looked.push(found);
  }
  const channels = commonChannels(looked, problems);
  const meaning = commonMeaning(looked, folders.masks, masks, settings.classes, problems);
  if (problems.length > 0 || channels === undefined || meaning === undefined) throw new DataError(problems);
  const values = valuesOfClasses(meaning);
  const items = await withSources(looked, folders, settings, values.length, ofExperts);
  const names = looked.map(({ item }) => item.name);
  const groups = settings.groups === null ? undefined : await readGroups(settings.groups, names);
  const counts =
    groups === undefined
      ? foldCounts(settings, names.length)
      : foldCounts(settings, new Set(groups.values()).size, 'groups');
  const folds = assignFolds(names, counts.folds, settings.seed, groups);
  const shown = looked.map(({ item, contents }) => ({
    fold: folds.get(item.name) ?? 1,
    classes: new Set(contents.flatMap((content) => [...classesIn(content, meaning)])),
  }));
  const notices = looked.map(({ item, notices }) => ({ file: item.image.name, notices }));
  return {
    record: {
      schemaVersion: 1,
      imageFolder: resolve(folders.images),
      maskFolder: resolve(folders.masks),
      selection: resolvedSelection(selection, notices),
      channels,
      ...(settings.soft ? { probabilityFolder: resolve(probabilityFolder(folders.masks)) } : {}),
      ...(settings.experts === null ? {} : { expertFolder: resolve(settings.experts) }),
      classValues: [...values],
      masks: meaning,
      ...counts,
      statistics: statisticsOf(looked, channels),
      items: items.map((item) => ({
        ...item,
        fold: folds.get(item.name) ?? 1,
        ...(groups === undefined ? {} : { group: groups.get(item.name) ?? item.name }),
      })),
      objects: objectsOf(looked),
      unmatched: matchingTable(matched).unmatched.map((file) => ({ ...file })),
      software: softwareVersions(),
    },
    warnings: [
      ...noticeSentences(notices),
      ...doubtfulMeaning(looked, meaning, masks),
      ...missingClasses(shown, { classes: values.length, ...counts }),
    ],
  };
}

function matchingProblems(matched: MatchedMasks, folders: DataFolders): string[] {
  const [first] = matched.unmatchedImages;
  if (matched.pairs.length === 0 && matched.ambiguous.length === 0 && first !== undefined) {
    return [
      `No mask in ${folders.masks} belongs to an image in ${folders.images}; check both folders: the mask of ${first} must have a name that begins with ${stem(first)}.`,
    ];
  }
  const refused = folders.unmarked === 'leave-out' ? [] : matched.unmatchedImages;
  const missing = refused.map(
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

function commonChannels(looked: readonly LookedAtPair[], problems: string[]): number | undefined {
  const choices = looked.map(({ moments }) => moments.map(({ length }) => length));
  const common = choices[0]?.find((count) => choices.every((counts) => counts.includes(count)));
  if (common !== undefined || choices.length === 0) return common;
  const byCount = new Map<string, string[]>();
  for (const [index, { item }] of looked.entries()) {
    const counts = choices[index] ?? [];
    const key = counts.includes(1) ? 'one channel (grey)' : `${counts[0]} channels`;
    byCount.set(key, [...(byCount.get(key) ?? []), item.image.name]);
  }
  const groups = [...byCount].map(
    ([key, names]) => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''} with ${key}`,
  );
  problems.push(
    `The images have different numbers of channels: ${groups.join('; ')}; choose channels that all of them have with --channels, or save all of them alike, for example all as grey images.`,
  );
  return undefined;
}

function commonMeaning(
  looked: readonly LookedAtPair[],
  folder: string,
  masks: MaskSettings,
  classes: number | null,
  problems: string[],
): MaskMeaning | undefined {
  if (looked.length === 0) return undefined;
  const contents = looked.flatMap((pair) => pair.contents);
  const isEmpty = (content: MaskContent): boolean =>
    content.kind === 'values' && content.values.every((value) => value === 0);
  if (contents.every(isEmpty)) {
    problems.push(
      'No mask marks anything: all their pixels are 0; check that the folder of masks is the right one.',
    );
    return undefined;
  }
  try {
    return decideMeaning(contents, masks, classes);
  } catch (error) {
    if (!(error instanceof MaskValueError)) throw error;
    problems.push(`In ${folder}, ${error.message}`);
    return undefined;
  }
}

/** What of the meaning was guessed and may be wrong, a sentence each. */
function doubtfulMeaning(
  looked: readonly LookedAtPair[],
  meaning: MaskMeaning,
  { kind }: MaskSettings,
): string[] {
  if (kind !== 'auto') return [];
  const contents = looked.flatMap((pair) => pair.contents);
  if (meaning.kind === 'instances') {
    return [
      'The values of the masks are taken as numbers of objects, between which lines are left; if they are classes, set maskKind to classes.',
    ];
  }
  const perhaps = contents.every((content) => content.kind === 'values' && content.oneRegionEach);
  return meaning.kind === 'classes' && meaning.values.length > 3 && perhaps
    ? [
        `The values of the masks are taken as ${meaning.values.length} classes; if they number objects, set maskKind to instances.`,
      ]
    : [];
}

function objectsOf(looked: readonly LookedAtPair[]): DataRecord['objects'] {
  const sizes = looked.flatMap((pair) => pair.objectSizes).sort((a, b) => a - b);
  return { count: sizes.length, size: sizes[Math.floor(sizes.length / 2)] ?? 0 };
}

function statisticsOf(looked: readonly LookedAtPair[], channels: number): DataRecord['statistics'] {
  const accumulator = channelStatistics();
  for (const { moments } of looked) {
    const image = moments.find(({ length }) => length === channels);
    if (image !== undefined) accumulator.addMoments(image);
  }
  const { means, stds, minima, maxima } = accumulator.result();
  return { means: [...means], stds: [...stds], minima: [...minima], maxima: [...maxima] };
}
