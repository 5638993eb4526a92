import { Worker } from 'node:worker_threads';
import { type Failure, JobError, UsageError } from '../errors.js';
import type { TaskInput, TaskName, TaskResult } from './tasks.js';

/** A thread that does one task at a time. */
export interface TaskThread {
  /** Throws a UsageError where the task throws one for the user, else a JobError. */
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>>;
  close(): Promise<void>;
}

/** What is sent to a thread. */
export interface TaskRequest {
  readonly name: TaskName;
  readonly input: TaskInput<TaskName>;
}

/** What it answers. An error is told in words: its class does not survive the way between threads. */
export type TaskReply =
  | { readonly result: TaskResult<TaskName> }
  | { readonly failure: Failure; readonly stack: string };

export function startThread(): TaskThread {
  // It runs the built file, also where this one is run as it was written, with whatever options this process was started.
  const worker = new Worker(new URL('../../dist/workers/worker.js', import.meta.url), { execArgv: [] });
  return {
    run<Name extends TaskName>(name: Name, input: TaskInput<Name>) {
      return new Promise<TaskResult<Name>>((resolve, reject) => {
        const settle = (act: () => void): void => {
          worker.off('message', answered).off('error', failed).off('exit', gone);
          act();
        };
        const answered = (reply: TaskReply): void =>
          settle(() =>
            'result' in reply ? resolve(reply.result as TaskResult<Name>) : reject(foreign(reply)),
          );
        const failed = (error: unknown): void => settle(() => reject(error));
        const gone = (): void =>
          settle(() => reject(new Error('A worker thread ended before its task did.')));
        worker.on('message', answered).on('error', failed).on('exit', gone);
        worker.postMessage({ name, input } satisfies TaskRequest);
      });
    },
    async close() {
      await worker.terminate();
    },
  };
}

function foreign({ failure, stack }: Extract<TaskReply, { failure: Failure }>): Error {
  return failure.exitCode === 2 ? new UsageError(failure.message) : new JobError(failure, stack);
}
