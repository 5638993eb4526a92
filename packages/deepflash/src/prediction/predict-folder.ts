/** Predicts every image of a folder, and writes masks, uncertainty, objects and results. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageFileError, NO_SELECTION, type Selection, SelectionError, stem } from '@deepflash/imaging';
import { listImageFiles, writeFileAtomic } from '@deepflash/imaging/node';
import { predictWithModels } from '@deepflash/segmentation';
import { encodeCsv } from '../csv.js';
import { type FileNotices, noticeSentences } from '../data/notices.js';
import { channelChoices, toPlanes } from '../data/planes.js';
import { readUsedImage } from '../data/used-image.js';
import { StoppedError, UsageError } from '../errors.js';
import { writePredictionReport } from '../report/prediction-report.js';
import { predictionFiles } from '../runs/layout.js';
import { checkWritable } from '../writable.js';
import type { Ensemble } from './ensemble.js';
import { makePredictionFolders, objectsOf, writeObjects, writePrediction } from './write.js';

/** What was found in one image. */
export interface PredictionResult {
  readonly file: string;
  /** Under which its files are written. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Part of the pixels that are not background. */
  readonly foreground: number;
  /** Number of separate regions of foreground. */
  readonly objects: number;
  /** Mean uncertainty of all pixels, 0 to 1. */
  readonly uncertainty: number;
  /** deepFlash2's score, the mean uncertainty of the foreground; null where there is none. */
  readonly uncertaintyScore: number | null;
  readonly seconds: number;
}

export interface FolderPrediction {
  readonly results: readonly PredictionResult[];
  /** Images that could not be predicted, with the reason as a sentence. */
  readonly failures: readonly { readonly file: string; readonly problem: string }[];
  /** What was chosen of files with several channels, slices or points in time, a sentence each. */
  readonly notices: readonly string[];
  readonly seconds: number;
}

export interface PredictFolderOptions {
  readonly images: string;
  readonly out: string;
  readonly ensemble: Ensemble;
  /** Where other parts of the files are wanted than those that the networks were trained on. */
  readonly selection?: Partial<Selection>;
  /** Average over four flips of each tile, or take it as it is. */
  readonly augmentation: 'flips' | 'none';
  readonly signal?: AbortSignal;
  /** Parts of an image that are done, images counted from 0. */
  readonly onProgress?: (image: number, images: number, file: string, part: number) => void;
}

/**
 * Predicts all images of a folder. An image that cannot be read or does not fit the networks is left out and named
 * in the result; each file is written whole.
 *
 * @throws FolderError, UsageError before anything is written; FileWriteError; StoppedError when it was aborted.
 */
export async function predictFolder(options: PredictFolderOptions): Promise<FolderPrediction> {
  const { images, out, signal } = options;
  const files = await listImageFiles(images);
  checkNames(files, images);
  checkWritable(out);
  await makePredictionFolders(out, 'with-objects');
  // Results of an earlier prediction must not stand beside masks of this one if it is stopped.
  await rm(predictionFiles(out).results, { force: true });
  await rm(predictionFiles(out).report, { force: true });

  const start = performance.now();
  const selection = { ...NO_SELECTION, ...options.ensemble.description.selection, ...options.selection };
  const results: PredictionResult[] = [];
  const used: FileNotices[] = [];
  const failures: { file: string; problem: string }[] = [];
  for (const [index, file] of files.entries()) {
    if (signal?.aborted) throw stopped(options, index, files.length);
    try {
      const { result, notices } = await predictFile(options, selection, file, (part) =>
        options.onProgress?.(index, files.length, file, part),
      );
      results.push(result);
      used.push({ file, notices });
    } catch (error) {
      if (signal?.aborted) throw stopped(options, index, files.length);
      if (!(error instanceof ImageFileError || error instanceof SelectionError)) throw error;
      failures.push({ file, problem: error.message });
    }
  }
  const columns = [
    'file',
    'width',
    'height',
    'foreground',
    'objects',
    'uncertainty',
    'uncertaintyScore',
    'seconds',
  ];
  const rows = results.map(({ name: _, ...row }) => row);
  await writeFileAtomic(predictionFiles(out).results, encodeCsv(columns, rows));
  const notices = noticeSentences(used);
  const { description } = options.ensemble;
  await writePredictionReport({ images, out, results, failures, notices, selection, description });
  return { results, failures, notices, seconds: secondsSince(start) };
}

async function predictFile(
  { images, out, ensemble, augmentation, signal }: PredictFolderOptions,
  selection: Selection,
  file: string,
  onPart: (part: number) => void,
): Promise<{ readonly result: PredictionResult; readonly notices: FileNotices['notices'] }> {
  const start = performance.now();
  onPart(0);
  const path = join(images, file);
  const { image, notices } = await readUsedImage(path, selection);
  const { channels } = ensemble.description;
  if (!channelChoices(image).includes(channels)) {
    throw new ImageFileError({
      file: path,
      problem: `has ${image.channels} ${image.channels === 1 ? 'channel' : 'channels'}, but the networks were trained on images with ${channels}`,
      remedy: `choose ${channels} of its channels with --channels, such as --channels ${Array.from({ length: channels }, (_, index) => index + 1).join(',')}, or save it as the training images were`,
    });
  }
  const prediction = await predictWithModels(toPlanes(image, channels), ensemble.models, {
    augmentation,
    onTile: (done, total) => onPart(done / total),
    ...(ensemble.weights === undefined ? {} : { weights: ensemble.weights }),
    ...(signal === undefined ? {} : { signal }),
  });
  const name = stem(file);
  const objects = objectsOf(prediction);
  await writePrediction(out, name, prediction);
  await writeObjects(out, name, objects);
  const { width, height, mask, meanUncertainty, uncertaintyScore } = prediction;
  const foreground = mask.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0) / mask.length;
  const result = {
    file,
    name,
    width,
    height,
    foreground,
    objects: objects.count,
    uncertainty: meanUncertainty,
    uncertaintyScore,
    seconds: secondsSince(start),
  };
  return { result, notices };
}

function stopped({ out }: PredictFolderOptions, done: number, total: number): StoppedError {
  return new StoppedError(
    `Stopped after ${done} of ${total} images, whose masks are in ${out}: give the same command again to do all.`,
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
