/**
 * Work on many files at once: reading images is mostly decompression, with which one thread keeps one core busy. Each
 * thread holds one file at a time, so memory does not grow with the number of files.
 */
import { availableParallelism } from 'node:os';
import { type TaskInput, type TaskName, type TaskResult, tasks } from './tasks.js';
import { startThread } from './thread.js';

/** Fewer tasks would be done before threads have started. */
const WORTH_THREADS = 24;

/**
 * The results of a task on each of the inputs, in their order; in this thread where they are few, else in as many as
 * there are processor cores.
 */
export async function runTasks<Name extends TaskName>(
  name: Name,
  inputs: readonly TaskInput<Name>[],
  onDone: (done: number, total: number) => void = () => undefined,
): Promise<TaskResult<Name>[]> {
  const results: TaskResult<Name>[] = [];
  let done = 0;
  const keep = (index: number, result: TaskResult<Name>): void => {
    results[index] = result;
    onDone(++done, inputs.length);
  };
  const queue = inputs.entries();
  if (inputs.length < WORTH_THREADS) {
    for (const [index, input] of queue) keep(index, await tasks[name](input));
    return results;
  }
  const threads = Array.from({ length: availableParallelism() }, startThread);
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (const [index, input] of queue) keep(index, await thread.run(name, input));
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
  return results;
}
