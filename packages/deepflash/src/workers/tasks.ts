import { lookAtPair } from '../data/look-at.js';
import { inSharedMemory } from '../data/shared-memory.js';
import { inspectFile } from '../inspection/inspect-file.js';
import { type LabelFile, readLabels, writeLabels } from '../project/label-files.js';
import { readObjects, writeObjects } from '../project/object-files.js';

const all = {
  ...{ lookAtPair, inspectFile, writeLabels, writeObjects },
  readLabels: async (input: LabelFile) => inSharedMemory(await readLabels(input)),
  readObjects: async (input: Parameters<typeof readObjects>[0]) => inSharedMemory(await readObjects(input)),
} as const;

export type TaskName = keyof typeof all;
export type TaskInput<Name extends TaskName> = Parameters<(typeof all)[Name]>[0];
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<(typeof all)[Name]>>;

/** What worker threads can be asked to do: each takes plain data and returns plain data. */
export const tasks: {
  readonly [Name in TaskName]: (input: TaskInput<Name>) => Promise<TaskResult<Name>>;
} = all;
