/**
 * What one machine writes to a shared disk, another may see late: NFS keeps the attributes of a folder for up to a minute
 * (acdirmax), and with them that a file is not there. The content of a file is as new as its opening, so what a task
 * said in its journal can be believed before its other files are seen.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isOnThisComputer } from './shared-folder.js';
import { readJournal } from './task-journal.js';

/** Seconds: the minute of NFS, and half of one more. */
const PATIENCE = 90;

/**
 * Waits until what tasks said to have finished is seen here, but not for ever. On a disk of this computer it does not
 * wait: there what is not seen is gone.
 *
 * @param isSeen whether the files of a task are there
 */
export async function awaitFinished(
  folder: string,
  tasks: readonly string[],
  isSeen: (task: string) => boolean,
  options: { readonly patience?: number; readonly every?: number } = {},
): Promise<void> {
  const { patience = (await isOnThisComputer(folder)) ? 0 : PATIENCE, every = 1 } = options;
  let unseen = tasks.filter((task) => !isSeen(task) && saidToBeFinished(folder, task));
  const start = performance.now();
  while (unseen.length > 0 && performance.now() - start < 1000 * patience) {
    await sleep(1000 * every);
    unseen = unseen.filter((task) => !isSeen(task));
  }
}

function saidToBeFinished(folder: string, task: string): boolean {
  const last = readJournal(folder, task).at(-1);
  return last?.type === 'ended' && last.outcome === 'finished';
}
