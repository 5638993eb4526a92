/** A task of a submission, in this process. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { explain, list, StoppedError, UsageError } from '../errors.js';
import { isTrained, trainRun } from '../jobs/train-run.js';
import { predictBand } from '../prediction/bands.js';
import { openPrediction } from '../prediction/open-prediction.js';
import { askedFor, fileToPredict, predictImages } from '../prediction/predict-folder.js';
import type { RunEvent } from '../runs/events.js';
import { openRun } from '../runs/run.js';
import { lockFile } from '../training/run-lock.js';
import { awaitFinished } from './late-files.js';
import { clusterFiles } from './layout.js';
import { mergeShards } from './merge-shards.js';
import { reasonsOf } from './reasons.js';
import { bandFiles, isBand, readShard } from './shards.js';
import { FINISH, readSubmission, type Submission, taskName, taskNames, taskNumber } from './submission.js';
import { beginJournal, type TaskJournal } from './task-journal.js';

/**
 * Does a task and keeps its journal. Ends early where it is aborted, with what was done kept.
 *
 * @param name `fold-1`, `shard-1` or `finish`
 * @returns what is to be said although it is done, such as which images could not be read.
 * @throws StoppedError when it was aborted, UsageError for a task that is none, and what the work itself throws.
 */
export async function runTask(
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const submission = await readSubmission(folder);
  if (submission === undefined) {
    throw new UsageError(`${folder} holds no submission: it is made by deepflash submit.`);
  }
  const names = taskNames(submission);
  if (name !== FINISH && !names.includes(name)) {
    throw new UsageError(
      `${name} is no task of ${folder}: name one of ${names[0]} to ${names.at(-1)}, or ${FINISH}.`,
    );
  }
  await mkdir(clusterFiles(folder).journals, { recursive: true });
  const lock = await lockFile(clusterFiles(folder).taskLock(name), folder);
  const journal = beginJournal(folder, name);
  try {
    const work = submission.kind === 'training' ? trainingTask : predictionTask;
    const notice = await work({ folder, submission, name, signal, journal });
    journal.end('finished', notice);
    return notice;
  } catch (error) {
    if (signal.aborted || error instanceof StoppedError) {
      const message = 'It was stopped and keeps what it had done.';
      journal.end('stopped', message);
      throw new StoppedError(message);
    }
    journal.end('failed', explain(error).message);
    throw error;
  } finally {
    await lock.release();
  }
}

interface Task {
  readonly folder: string;
  readonly submission: Submission;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly journal: TaskJournal;
}

async function trainingTask({ folder, submission, name, signal, journal }: Task): Promise<undefined> {
  const fold = taskNumber(name);
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'step') journal.progress(event.step, event.steps, 'training steps');
    if (event.type === 'validated') journal.progress(event.done, event.total, 'held-out images');
  };
  if (fold === undefined) {
    const run = await openRun(folder);
    await awaitFinished(folder, taskNames(submission), (task) => isTrained(run, taskNumber(task) ?? 0));
  }
  const reasonOf = reasonsOf(folder);
  const outcome = await trainRun({
    run: folder,
    part:
      fold === undefined
        ? { finish: 'trained-folds', whyMissing: (one) => reasonOf(taskName('training', one)) }
        : { fold },
    signal,
    onEvent,
  });
  if (outcome === 'stopped') throw new StoppedError('Stopped.');
}

async function predictionTask({
  folder,
  submission,
  name,
  signal,
  journal,
}: Task): Promise<string | undefined> {
  if (submission.prediction === undefined) {
    throw new UsageError(`${clusterFiles(folder).submission} names no prediction: submit again.`);
  }
  const { ensemble, ...options } = await openPrediction(submission.prediction);
  try {
    const shard = taskNumber(name);
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
        journal.progress(
          Math.floor(100 * part),
          100,
          `hundredths of band ${files.number} of ${files.of} of ${files.file}`,
        );
      const asked = askedFor(all);
      return await predictBand(
        fileToPredict(all, files.file, onPart),
        files.band,
        bandFiles(folder, shard),
        asked,
      );
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
