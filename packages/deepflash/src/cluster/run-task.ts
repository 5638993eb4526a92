/** A task of a submission, in this process. */
import { mkdir } from 'node:fs/promises';
import { explain, StoppedError, UsageError, WorkError } from '../errors.js';
import { lockFile } from '../training/run-lock.js';
import { clusterFiles } from './layout.js';
import { FINISH, readSubmission, type Submission, taskNames } from './submission.js';
import { beginJournal, type TaskJournal } from './task-journal.js';

/** What a task is given to do its work. */
export interface Task {
  readonly folder: string;
  readonly submission: Submission;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly journal: TaskJournal;
}

/** The end of a task's time is near: what it has done is kept, and it is queued again. */
export class TimeLimitError extends StoppedError {}

/**
 * Does a task and keeps its journal. Ends early where it is aborted, with what was done kept.
 *
 * @param name `fold-1`, `shard-1` or `finish`
 * @returns what is to be said although it is done, such as which images could not be read.
 * @throws StoppedError when it was aborted; WorkError when that was because of a TimeLimitError, and it had not got on since
 *   it was queued last, so that it would never end; UsageError for a task that is none, and what the work itself throws.
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
  // A thousand tasks read the program from the same disk, each what it needs and no more.
  const work =
    submission.kind === 'training'
      ? (await import('./training-task.js')).trainingTask
      : (await import('./prediction-task.js')).predictionTask;
  await mkdir(clusterFiles(folder).journals, { recursive: true });
  const lock = await lockFile(clusterFiles(folder).taskLock(name), folder);
  const journal = beginJournal(folder, name);
  try {
    const notice = await work({ folder, submission, name, signal, journal });
    journal.end('finished', notice);
    return notice;
  } catch (error) {
    if (signal.aborted || error instanceof StoppedError) {
      if (signal.reason instanceof TimeLimitError && !journal.gotOn()) {
        const message = 'It did not get on within its time limit: submit again, with a longer --time.';
        journal.end('failed', message);
        throw new WorkError(message);
      }
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
