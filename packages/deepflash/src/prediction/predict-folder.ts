/** Predicts every image of a folder, and writes masks, uncertainty, objects and results. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ImageFileError, SelectionError, stem } from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';
import { clusterFiles } from '../cluster/layout.js';
import { noticeSentences } from '../data/notices.js';
import { StoppedError, UsageError } from '../errors.js';
import { refuseForeignFiles } from '../foreign-files.js';
import { liesWithin } from '../ground-truth/expert-folders.js';
import { writePredictionReport } from '../report/prediction-report.js';
import { predictionFiles, predictionFolders, runFiles } from '../runs/layout.js';
import { heldOutCount } from '../runs/quality.js';
import { lockFile, type RunLock } from '../training/run-lock.js';
import { checkWritable, makeFolder } from '../writable.js';
import { askedFor, checkWays, type PredictFolderOptions, workOf } from './folder-work.js';
import { isLarge, predictFile } from './predict-file.js';
import {
  type LogEntry,
  openPredictionLog,
  type PredictionResult,
  readPredictionLog,
} from './prediction-log.js';
import { writePredictionTables } from './prediction-tables.js';
import { hasResults, removeHalfWritten, removeResults } from './result-files.js';
import { roiNotice } from './whole-files.js';
import { makePredictionFolders } from './write.js';

export interface FolderPrediction {
  readonly results: readonly PredictionResult[];
  /** Images that could not be predicted, with the reason as a sentence. */
  readonly failures: readonly { readonly file: string; readonly problem: string }[];
  /** What was chosen of files with several channels, slices or points in time, and what lies beside the results, a sentence each. */
  readonly notices: readonly string[];
  /** How many of the results were there already. */
  readonly resumed: number;
  readonly seconds: number;
}

/**
 * Predicts all images of a folder. An image that cannot be read or does not fit the networks is left out and named
 * in the result; each file is written whole.
 *
 * @throws FolderError, UsageError before anything is written; RunBusyError where another process predicts into
 *   the folder; FileWriteError; StoppedError when it was aborted.
 */
export async function predictFolder(options: PredictFolderOptions): Promise<FolderPrediction> {
  const { images, out } = options;
  checkWays(options);
  refuseFolder(options);
  const files = await imagesToPredict(images);
  // What an earlier prediction has left goes only once nothing keeps this one from starting.
  await options.ensemble.opened?.();
  const lock = await lockResults(out);
  try {
    // Tasks of a cluster write into the same folders, and their merge tidies up.
    if (!existsSync(clusterFiles(out).folder)) await removeHalfWritten(out);
    const others: string[] = [];
    await beginPrediction({
      ...options,
      goesOnWith: (asked) => (options.resume ?? false) && asked === askedFor(options),
      onOther: (file) => others.push(file),
    });
    const start = performance.now();
    const predicted = await predictImages(options, files, predictionFiles(out).log);
    const finished = await finishPrediction(options, predicted);
    const notices = [...ofOthers(others, options), ...finished.notices];
    return { ...finished, notices, resumed: predicted.resumed, seconds: secondsSince(start) };
  } finally {
    await lock.release();
  }
}

/** Two predictions into one folder at a time would mix. Throws a RunBusyError. */
async function lockResults(out: string): Promise<RunLock> {
  checkWritable(out);
  await makeFolder(out);
  return lockFile(predictionFiles(out).lock, out);
}

/** The image files of a folder, in the order of results. Throws a FolderError, or a UsageError for two of one name. */
export async function imagesToPredict(images: string): Promise<string[]> {
  const files = await listImageFiles(images);
  checkNames(files, images);
  return files;
}

export interface BegunPrediction extends Pick<PredictFolderOptions, 'images' | 'out'> {
  readonly probabilities?: boolean | undefined;
  /**
   * Whether results that were asked for in such a way are gone on with; of others, no image's stay to be taken for this
   * one's if it is stopped. Default: those of all images that are there stay until they are replaced.
   */
  readonly goesOnWith?: (asked: string | undefined) => boolean;
  /** Told each image that is not in the folder now, and whose results stay. */
  readonly onOther?: (file: string) => void;
}

/**
 * Makes the folders of results, and removes those of the same images that are not gone on with. Throws a UsageError where
 * they cannot be made.
 */
export async function beginPrediction(options: BegunPrediction): Promise<void> {
  const { out, probabilities } = options;
  await makePredictionFolders(out, [
    ...(['masks', 'uncertainty', 'instances', 'rois', 'geojson'] as const),
    ...(probabilities ? (['probabilities'] as const) : []),
  ]);
  await removeEarlier(options);
  // Results of an earlier prediction must not stand beside masks of this one if it is stopped.
  const written = predictionFiles(out);
  for (const file of [written.results, written.objects, written.workbook, written.report]) {
    await rm(file, { force: true });
  }
}

/** The log names what a prediction has written. */
async function removeEarlier({ images, out, goesOnWith, onOther }: BegunPrediction): Promise<void> {
  const { asked, entries } = readPredictionLog(predictionFiles(out).log);
  const there = new Set((await imagesToPredict(images)).map(stem));
  const areKept = goesOnWith === undefined || goesOnWith(asked);
  for (const { result } of entries.values()) {
    const { file, name } = result;
    if (basename(name) !== name) continue;
    if (there.has(name)) {
      if (!areKept) await removeResults(out, name);
    } else if (hasResults(out, name, { probabilities: false })) onOther?.(file);
  }
}

function ofOthers(files: readonly string[], { images, out }: PredictFolderOptions): string[] {
  if (files.length === 0) return [];
  const some = `${files.slice(0, 3).join(', ')}${files.length > 3 ? ', …' : ''}`;
  return [
    `${out} also holds results of ${files.length === 1 ? 'one image that is' : `${files.length} images that are`} not in ${images}, from an earlier prediction: ${some}. Name another folder with --out where they should not be mixed.`,
  ];
}

/** Throws a UsageError for a folder of results that is a run, or where images or masks of somebody would be replaced. */
export function refuseFolder({ images, out }: Pick<PredictFolderOptions, 'images' | 'out'>): void {
  if (existsSync(runFiles(out).config)) {
    throw new UsageError(`${out} is a run, whose own results would be lost: name another folder with --out.`);
  }
  const folders = predictionFolders(out);
  const around = folders.find((folder) => liesWithin(images, folder));
  if (around !== undefined) {
    throw new UsageError(
      `The images of ${images} lie in ${around}, where results would replace them: name another folder with --out.`,
    );
  }
  const { log, uncertainty, results, objects, workbook, report } = predictionFiles(out);
  // One process writes the log before any result, tasks of a cluster at their end; the folder is made with all others.
  const marks = [log, uncertainty, clusterFiles(out).folder];
  const tables = [results, objects, workbook, report];
  refuseForeignFiles({ command: 'predict', folders, tables, marks });
}

/** What was found in some images, in their order. */
export interface PredictedImages extends Pick<FolderPrediction, 'failures'> {
  readonly entries: readonly LogEntry[];
  readonly resumed: number;
}

/** Predicts some images of the folder and keeps account of them in a log. Throws as `predictFolder`. */
export async function predictImages(
  options: PredictFolderOptions,
  files: readonly string[],
  logFile: string,
): Promise<PredictedImages> {
  const { images, signal } = options;
  const work = workOf(options);
  const log = await openPredictionLog(logFile, {
    resume: options.resume ?? false,
    asked: askedFor(options),
    pathOf: (file) => join(images, file),
  });
  if (log.isAnew) options.onAnew?.();
  const entries: LogEntry[] = [];
  const failures: { file: string; problem: string }[] = [];
  let resumed = 0;
  for (const [index, file] of files.entries()) {
    if (signal?.aborted) throw stopped(options, index, files.length);
    const known = log.known(file);
    if (known !== undefined && hasResults(options.out, stem(file), work)) {
      entries.push(known);
      resumed++;
      continue;
    }
    try {
      const onPart = (part: number): void => options.onProgress?.(index, files.length, file, part);
      const entry = await predictFile({ ...work, path: join(images, file), file, onPart });
      log.append(file, entry);
      entries.push(entry);
    } catch (error) {
      if (signal?.aborted) throw stopped(options, index, files.length);
      if (!(error instanceof ImageFileError || error instanceof SelectionError)) throw error;
      log.fail(file, error.message);
      await removeResults(options.out, stem(file));
      failures.push({ file, problem: error.message });
    }
  }
  return { entries, failures, resumed };
}

/** Writes tables and report of what was predicted. Throws a FileWriteError. */
export async function finishPrediction(
  options: PredictFolderOptions,
  { entries, failures }: Omit<PredictedImages, 'resumed'>,
): Promise<Pick<FolderPrediction, 'results' | 'failures' | 'notices'>> {
  const { images, out, ensemble } = options;
  const { description } = ensemble;
  const results = entries.map(({ result }) => result);
  const objects = entries.flatMap((entry) => entry.objects);
  const notices = [
    ...noticeSentences(entries.map(({ result: { file }, notices }) => ({ file, notices }))),
    ...results.flatMap((result) => (isLarge(result) ? [] : (roiNotice(result.file, result.objects) ?? []))),
    ...(await writePredictionTables(out, results, objects, description.channels)),
  ];
  const { selection } = workOf(options);
  const heldOut = heldOutCount(options.quality);
  await writePredictionReport({
    ...{ images, out, results, failures, notices, selection, description, heldOut },
    networks: ensemble.models.length,
  });
  return { results, failures, notices };
}

function stopped({ out }: PredictFolderOptions, done: number, total: number): StoppedError {
  return new StoppedError(
    `Stopped after ${done} of ${total} images, whose masks are in ${out}: give the same command again with --resume to go on.`,
  );
}

function checkNames(files: readonly string[], images: string): void {
  const byName = new Map<string, string[]>();
  for (const file of files) {
    // Some disks do not tell capitals from small letters.
    const key = stem(file).toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), file]);
  }
  const same = [...byName.values()].find((group) => group.length > 1);
  if (same === undefined) return;
  throw new UsageError(`${same.join(' and ')} in ${images} would give results of the same name: rename one.`);
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}
