import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { list, UsageError } from '../errors.js';
import { predictBand } from '../prediction/bands.js';
import { askedFor, fileToPredict, type PredictFolderOptions } from '../prediction/folder-work.js';
import { describePrediction, openPrediction } from '../prediction/open-prediction.js';
import { predictImages } from '../prediction/predict-folder.js';
import { awaitFinished } from './late-files.js';
import { clusterFiles } from './layout.js';
import { mergeShards } from './merge-shards.js';
import type { Task } from './run-task.js';
import { type BandShard, bandFiles, isBand, readShard } from './shards.js';
import { taskNames, taskNumber } from './submission.js';

/**
 * Predicts a shard, or puts together what the shards found.
 *
 * @returns what could not be predicted, though all else is
 */
export async function predictionTask(task: Task): Promise<string | undefined> {
  const { folder, submission, name } = task;
  if (submission.prediction === undefined) {
    throw new UsageError(`${clusterFiles(folder).submission} names no prediction: submit again.`);
  }
  const shard = taskNumber(name);
  const options =
    shard === undefined
      ? await describePrediction(submission.prediction)
      : await openPrediction(submission.prediction);
  try {
    return shard === undefined ? await merged(task, options) : await predicted(task, options, shard);
  } finally {
    await options.ensemble.dispose();
  }
}

async function merged(
  { folder, submission, signal, journal }: Task,
  options: PredictFolderOptions,
): Promise<string | undefined> {
  const logOf = (task: string): string => clusterFiles(folder).shardLog(taskNumber(task) ?? 0);
  await awaitFinished(folder, taskNames(submission), (task) => existsSync(logOf(task)));
  const onJoined = (done: number, total: number): void =>
    journal.progress(Math.floor(100 * done), 100 * total, 'hundredths of images put together of bands');
  return mergeShards(folder, submission, { ...options, signal, onJoined });
}

async function predicted(
  { folder, signal, journal }: Task,
  options: PredictFolderOptions,
  number: number,
): Promise<string | undefined> {
  const shard = readShard(folder, number);
  const all = { ...options, signal, resume: true };
  if (isBand(shard)) {
    const onPart = (part: number): void =>
      journal.progress(Math.floor(100 * part), 100, `hundredths of ${inWords(shard)}`);
    const file = fileToPredict(all, shard.file, onPart);
    return predictBand(file, shard.band, bandFiles(folder, number), askedFor(all));
  }
  // Images that were deleted since the submission are no failures.
  const files = shard.filter((file) => existsSync(join(options.images, file)));
  const { failures } = await predictImages(
    { ...all, onProgress: (index) => journal.progress(index, files.length, 'images') },
    files,
    clusterFiles(folder).shardLog(number),
  );
  journal.progress(files.length, files.length, 'images');
  if (failures.length === 0) return undefined;
  const problems = list(failures.map(({ problem }) => problem));
  return `${failures.length} of ${files.length} images could not be predicted:\n${problems}`;
}

function inWords({ file, number, of }: BandShard): string {
  return `band ${number} of ${of} of ${file}`;
}
