import { Worker } from 'node:worker_threads';
import type { TaskInput, TaskName, TaskResult } from './tasks.js';

/** A thread that does one task at a time. */
export interface TaskThread {
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
  | { readonly message: string; readonly stack: string | undefined };

export function startThread(): TaskThread {
  const worker = new Worker(new URL('./worker.js', import.meta.url));
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

function foreign({ message, stack }: Extract<TaskReply, { message: string }>): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
