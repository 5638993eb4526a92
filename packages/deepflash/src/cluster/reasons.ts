import { type ClusterStatus, clusterStatus, type TaskState } from './status.js';
import { readJournal } from './task-journal.js';

/** How a task is. */
export interface TaskReason {
  /** Undefined where Slurm does not answer. */
  readonly state: TaskState | undefined;
  /** Why it is not done; undefined where nothing is known. */
  readonly reason: string | undefined;
}

/**
 * Tells why tasks are not done: in Slurm's words or their own; where Slurm does not answer, in their own alone. Asks Slurm
 * once, and only when it is called.
 */
export function reasonsOf(folder: string): (task: string) => Promise<TaskReason> {
  let asked: Promise<ClusterStatus | undefined> | undefined;
  return async (task) => {
    asked ??= clusterStatus(folder).catch(() => undefined);
    const { reason, state } = (await asked)?.tasks.find(({ name }) => name === task) ?? {};
    if (reason) return { state, reason };
    const ended = readJournal(folder, task).findLast((entry) => entry.type === 'ended');
    return {
      state,
      reason: ended?.message ?? (state === undefined ? undefined : `it is ${state}; submit again.`),
    };
  };
}
