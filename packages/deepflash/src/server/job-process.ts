/** The processes of jobs, which outlive the server: whether one is still the job's, or a later one of its number. */
import { hostname } from 'node:os';
import { z } from 'zod';
import { systemCode, UsageError } from '../errors.js';
import { birthOf } from '../process-birth.js';
import { isAlive } from '../weights/lock.js';

/** What a job keeps of its process; all null where it has none. */
export const jobProcessSchema = z.object({
  pid: z.number().nullable(),
  /** The computer on which it works. */
  host: z.string().nullable().default(null),
  /** What tells it from a later one of the same number; null where the system does not say. */
  born: z.string().nullable().default(null),
});

export type JobProcess = z.infer<typeof jobProcessSchema>;

export const NO_PROCESS: JobProcess = { pid: null, host: null, born: null };

/** A process of this computer, which has just begun. */
export async function jobProcess(pid: number | undefined): Promise<JobProcess> {
  return pid === undefined ? NO_PROCESS : { pid, host: hostname(), born: await birthOf(pid) };
}

/**
 * Whether a process still works on this computer. Where the system does not say which it is (Windows), one of its number
 * counts as it.
 */
export async function isAtWork({ pid, host, born }: JobProcess): Promise<boolean> {
  if (pid === null || host !== hostname()) return false;
  return born === null ? isAlive(pid) : (await birthOf(pid)) === born;
}

/** Asks a process to stop, if it still is the one of the job. Throws a UsageError where nobody can tell. */
export async function signal(to: JobProcess, name: NodeJS.Signals): Promise<void> {
  if (to.pid === null || !(await isAtWork(to))) return;
  if (to.born === null) {
    throw new UsageError(
      `Process ${to.pid} was begun by an earlier studio, and this system does not say whether it still is that one: end it yourself if it is.`,
    );
  }
  try {
    process.kill(to.pid, name);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}
