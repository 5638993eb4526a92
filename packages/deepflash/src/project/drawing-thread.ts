/**
 * The thread in which files of large drawings are read and written: to pack and unpack 4096 x 4096 pixels takes the better
 * part of a second, in which the server answers nobody. Small ones are done at once.
 */
import { JobError, UsageError } from '../errors.js';
import { type TaskInput, type TaskResult, tasks } from '../workers/tasks.js';
import { startThread, type TaskThread } from '../workers/thread.js';

export type DrawingTask = 'readLabels' | 'writeLabels' | 'readObjects' | 'writeObjects';

export interface DrawingThread {
  /** Does a task, one after the other. Throws what the task throws, as a UsageError or a JobError. @param pixels of the drawing */
  run<Name extends DrawingTask>(
    name: Name,
    input: TaskInput<Name>,
    pixels: number,
  ): Promise<TaskResult<Name>>;
  close(): Promise<void>;
}

/** Pixels of a drawing that is not worth a thread. */
const SMALL = 2 ** 20;

export function drawingThread(): DrawingThread {
  let thread: TaskThread | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function inThread<Name extends DrawingTask>(
    name: Name,
    input: TaskInput<Name>,
  ): Promise<TaskResult<Name>> {
    thread ??= startThread();
    try {
      return await thread.run(name, input);
    } catch (error) {
      // One that has ended itself is of no use for the next task.
      if (!(error instanceof UsageError || error instanceof JobError)) await close();
      throw error;
    }
  }

  async function close(): Promise<void> {
    await thread?.close();
    thread = undefined;
  }

  return {
    run<Name extends DrawingTask>(name: Name, input: TaskInput<Name>, pixels: number) {
      if (pixels <= SMALL) return tasks[name](input);
      const next = last.catch(() => undefined).then(() => inThread(name, input));
      last = next;
      return next;
    },
    async close() {
      await last.catch(() => undefined);
      await close();
    },
  };
}
