import { StoppedError } from '../errors.js';
import { isTrained, trainRun } from '../jobs/train-run.js';
import type { RunEvent } from '../runs/events.js';
import { openRun } from '../runs/run.js';
import { awaitFinished } from './late-files.js';
import { reasonsOf } from './reasons.js';
import type { Task } from './run-task.js';
import { taskName, taskNames, taskNumber } from './submission.js';

/** Trains a fold, or does what follows when all that will be trained is. Throws as `trainRun`. */
export async function trainingTask({ folder, submission, name, signal, journal }: Task): Promise<undefined> {
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
        ? {
            finish: 'trained-folds',
            whyMissing: async (one) => (await reasonOf(taskName('training', one))).reason,
          }
        : { fold },
    signal,
    onEvent,
  });
  if (outcome === 'stopped') throw new StoppedError('Stopped.');
}
