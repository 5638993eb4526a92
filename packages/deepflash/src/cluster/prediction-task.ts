import { existsSync } from 'node:fs';
import { list, UsageError } from '../errors.js';
import { predictBand } from '../prediction/bands.js';
import { openPrediction } from '../prediction/open-prediction.js';
import { askedFor, fileToPredict, predictImages } from '../prediction/predict-folder.js';
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
export async function predictionTask({
  folder,
  submission,
  name,
  signal,
  journal,
}: Task): Promise<string | undefined> {
  if (submission.prediction === undefined) {
    throw new UsageError(`${clusterFiles(folder).submission} names no prediction: submit again.`);
  }
  const shard = taskNumber(name);
  // Putting together what shards found asks nothing of the networks but what they are.
  const when = shard === undefined ? 'needed' : 'now';
  const { ensemble, ...options } = await openPrediction(submission.prediction, when);
  try {
    if (shard === undefined) {
      const logOf = (task: string): string => clusterFiles(folder).shardLog(taskNumber(task) ?? 0);
      await awaitFinished(folder, taskNames(submission), (task) => existsSync(logOf(task)));
      const onJoined = (done: number, total: number): void =>
        journal.progress(Math.floor(100 * done), 100 * total, 'hundredths of images put together of bands');
      return await mergeShards(folder, submission, { ...options, ensemble, signal, onJoined });
    }
    const files = readShard(folder, shard);
    const all = { ...options, ensemble, signal, resume: true };
    if (isBand(files)) {
      const onPart = (part: number): void =>
        journal.progress(Math.floor(100 * part), 100, `hundredths of ${inWords(files)}`);
      const file = fileToPredict(all, files.file, onPart);
      return await predictBand(file, files.band, bandFiles(folder, shard), askedFor(all));
    }
    const { failures } = await predictImages(
      {
        ...all,
        onProgress: (index) => journal.progress(index, files.length, 'images'),
      },
      files,
      clusterFiles(folder).shardLog(shard),
    );
    journal.progress(files.length, files.length, 'images');
    if (failures.length === 0) return undefined;
    const problems = list(failures.map(({ problem }) => problem));
    return `${failures.length} of ${files.length} images could not be predicted:\n${problems}`;
  } finally {
    await ensemble.dispose();
  }
}

function inWords({ file, number, of }: BandShard): string {
  return `band ${number} of ${of} of ${file}`;
}
