import { StoppedError } from '../errors.js';
import type { RunEvent } from '../runs/events.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { startTraining } from './start.js';

/**
 * Trains a run in a process of its own until it is finished. The first Ctrl-C stops after the step in progress, the
 * second at once.
 *
 * @throws StoppedError when it was stopped, JobError, WorkError.
 */
export async function runTraining(
  run: string,
  onEvent: (event: RunEvent) => void,
  say: (line: string) => void,
): Promise<void> {
  const job = startTraining(run, onEvent);
  const release = onInterrupt(
    () => {
      say('Stopping after this step; press Ctrl-C again to stop at once.');
      job.stop();
    },
    () => job.kill(),
  );
  try {
    if ((await job.ended) === 'finished') return;
  } finally {
    release();
  }
  throw new StoppedError(`Stopped. ${run} keeps what was done: give the same command again to go on.`);
}
