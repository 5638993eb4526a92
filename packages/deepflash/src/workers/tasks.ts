import { lookAtPair } from '../data/look-at.js';
import { inspectFile } from '../inspection/inspect-file.js';

const all = { lookAtPair, inspectFile } as const;

export type TaskName = keyof typeof all;
export type TaskInput<Name extends TaskName> = Parameters<(typeof all)[Name]>[0];
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<(typeof all)[Name]>>;

/** What worker threads can be asked to do: each takes plain data and returns plain data. */
export const tasks: {
  readonly [Name in TaskName]: (input: TaskInput<Name>) => Promise<TaskResult<Name>>;
} = all;
