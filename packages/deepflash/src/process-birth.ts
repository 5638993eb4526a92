/** When a process began, which tells it from a later one that the system gave the same number. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessFacts {
  /** The system's letters: Z and X are ended, and only still in its list. */
  readonly state: string;
  /** In the system's own words, to be compared and nothing else. */
  readonly born: string;
}

/** Of a process of this computer; null where there is none, or the system does not say (Windows). */
export async function processOf(pid: number): Promise<ProcessFacts | null> {
  const [state, born] = await (process.platform === 'linux' ? statOf(pid) : listedAs(pid));
  return state === undefined || born === undefined ? null : { state, born };
}

/** As `processOf`, of one that works: one whose end nobody has asked for has ended all the same. */
export async function birthOf(pid: number): Promise<string | null> {
  const found = await processOf(pid);
  return found === null || hasEnded(found) ? null : found.born;
}

export function hasEnded({ state }: ProcessFacts): boolean {
  return /^[ZX]/.test(state);
}

/** In ticks since the computer began. */
async function statOf(pid: number): Promise<(string | undefined)[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in brackets, may hold blanks; the state is the third field, the start the 22nd.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' ? [] : [fields[0], fields[19]];
}

async function listedAs(pid: number): Promise<(string | undefined)[]> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const asked = ['-o', 'stat=', '-o', 'lstart=', '-p', `${pid}`];
  const { stdout } = await promisify(execFile)('ps', asked, { env }).catch(() => ({ stdout: '' }));
  return /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout)?.slice(1) ?? [];
}
