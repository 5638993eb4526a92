/** Looks at every image and mask before any work starts, and tells all that is wrong with them. */
import { join, resolve } from 'node:path';
import { type MatchedMasks, matchMasks, type Selection, stem } from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';
import { channelStatistics, type Settings } from '@deepflash/segmentation';
import { DataError } from '../errors.js';
import { readColourTable } from '../masks/colour-table.js';
import type { MaskSettings } from '../masks/content.js';
import { valuesOfClasses } from '../masks/meaning.js';
import { softwareVersions } from '../runs/software.js';
import { runTasks } from '../workers/run-tasks.js';
import { commonMeaning, doubtfulMeaning } from './common-meaning.js';
import { EARLIER_HAS_SEEN, earlierFolds, earlierHasSeen, type Start } from './earlier-training.js';
import { inValuesOfMasks } from './expert-values.js';
import { assignFolds, foldCounts } from './folds.js';
import { readGroups } from './groups.js';
import type { DataFolders, LookedAtPair } from './look-at.js';
import { expertMasks, probabilityFolder, withSources } from './mask-sources.js';
import { ambiguousProblem, matchingTable } from './matching-table.js';
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
  | keyof Start
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
  const { ofExperts, warnings: expertWarnings } = await expertMasks(settings.experts, matched);
  const inputs = matched.pairs.map((pair) => ({
    ...{ folders, pair, selection, masks },
    more: (ofExperts.get(pair.image) ?? []).map((file) => join(settings.experts ?? '', file)),
  }));
  const read: LookedAtPair[] = [];
  for (const found of await runTasks('lookAtPair', inputs, onPair)) {
    if ('problems' in found) problems.push(...found.problems);
    else read.push(found);
  }
  const channels = commonChannels(read, problems);
  const shared = inValuesOfMasks(
    read,
    ofExperts,
    { masks: folders.masks, experts: settings.experts },
    { ...masks, classes: settings.classes },
    problems,
  );
  const meaning = shared && commonMeaning(shared.looked, folders.masks, masks, settings.classes, problems);
  if (problems.length > 0 || channels === undefined || shared === undefined || meaning === undefined) {
    throw new DataError(problems);
  }
  const { looked, ownValues } = shared;
  const values = valuesOfClasses(meaning);
  const sources = await withSources(looked, folders, settings, values.length, { ofExperts, ownValues });
  const names = looked.map(({ item }) => item.name);
  const groups = settings.groups === null ? undefined : await readGroups(settings.groups, names);
  const counts =
    groups === undefined
      ? foldCounts(settings, names.length)
      : foldCounts(settings, new Set(groups.values()).size, 'groups');
  const kept = groups === undefined ? await earlierFolds(settings.initialWeights, counts.folds) : undefined;
  const folds = assignFolds(names, counts.folds, settings.seed, groups, kept);
  const items = sources.map((item) => ({
    ...item,
    fold: folds.get(item.name) ?? 1,
    ...(groups === undefined ? {} : { group: groups.get(item.name) ?? item.name }),
  }));
  const seenBefore = await earlierHasSeen(settings, { items, ...counts });
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
      items,
      ...(seenBefore ? { seenBefore } : {}),
      objects: objectsOf(looked),
      unmatched: matchingTable(matched).unmatched.map((file) => ({ ...file })),
      software: softwareVersions(),
    },
    warnings: [
      ...noticeSentences(notices),
      ...expertWarnings,
      ...shared.warnings,
      ...doubtfulMeaning(looked, meaning, masks, settings.classes),
      ...missingClasses(shown, { classes: values.length, ...counts }),
      ...(seenBefore ? [EARLIER_HAS_SEEN] : []),
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
  return [...missing, ...matched.ambiguous.map((group) => ambiguousProblem(group, folders))];
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
