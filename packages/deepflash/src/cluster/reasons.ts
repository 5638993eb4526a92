import { type ClusterStatus, clusterStatus } from './status.js';
import { readJournal } from './task-journal.js';

/**
 * Tells why tasks are not done: in Slurm's words or their own; where Slurm does not answer, in their own alone. Asks Slurm
 * once, and only when it is called.
 *
 * @returns undefined where nothing is known of a task
 */
export function reasonsOf(folder: string): (task: string) => Promise<string | undefined> {
  let asked: Promise<ClusterStatus | undefined> | undefined;
  return async (task) => {
    asked ??= clusterStatus(folder).catch(() => undefined);
    const { reason, state } = (await asked)?.tasks.find(({ name }) => name === task) ?? {};
    if (reason) return reason;
    const ended = readJournal(folder, task).findLast((entry) => entry.type === 'ended');
    return ended?.message ?? (state === undefined ? undefined : `it is ${state}; submit again.`);
  };
}
