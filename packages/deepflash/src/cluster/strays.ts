/** What lies among the results of a submission and is none of them. */
import { halfWritten, removeHalfWritten, removeResults } from '../prediction/result-files.js';
import { clusterStatus, isLive } from './status.js';
import { FINISH } from './submission.js';

/** Removes what tasks that were killed while they wrote have left among results, unless others may be writing now. */
export async function removeStrays(out: string): Promise<void> {
  if ((await halfWritten(out)).length === 0 || (await mayOthersWrite(out))) return;
  await removeHalfWritten(out);
}

/**
 * Removes the files of images that were not predicted: an earlier prediction, of other networks perhaps, has left them.
 * Unless others may be writing now.
 *
 * @param names of images without their endings
 */
export async function removeEarlierResults(out: string, names: readonly string[]): Promise<void> {
  if (names.length === 0 || (await mayOthersWrite(out))) return;
  for (const name of names) await removeResults(out, name);
}

/** Whether tasks may be at work; also where nothing is known of them. */
async function mayOthersWrite(out: string): Promise<boolean> {
  const status = await clusterStatus(out).catch(() => undefined);
  return status?.tasks.some((task) => task.name !== FINISH && isLive(task)) ?? true;
}
