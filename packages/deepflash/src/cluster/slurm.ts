/** Slurm, as its own commands know it. */
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { systemCode } from '../errors.js';
import { ClusterError } from './errors.js';

/** What Slurm knows of a task now. */
export interface QueuedTask {
  /** As `12_3`, or `13` of a job that is no array. */
  readonly job: string;
  /** Slurm's word in capitals, such as PENDING, RUNNING, COMPLETED, FAILED, TIMEOUT, CANCELLED, NODE_FAIL. */
  readonly state: string;
  /** Why it waits or failed, in Slurm's one word; empty where it gives none. */
  readonly reason: string;
  readonly node: string;
}

/** Whether jobs can be submitted from this computer. */
export async function isClusterHere(): Promise<boolean> {
  const { code } = await call('sbatch', ['--version']);
  return code === 0;
}

export interface SubmitOptions {
  /** Waits for other jobs: `afterok:12` or `afterany:12_3:12_4`. */
  readonly dependency?: string | undefined;
  /** The job waits until `releaseJob`. */
  readonly hold?: boolean;
}

/** Submits a script and returns the number of its job. Throws a ClusterError with Slurm's own reason. */
export async function submitScript(script: string, options: SubmitOptions = {}): Promise<string> {
  const { dependency, hold } = options;
  const answer = await demand('sbatch', [
    '--parsable',
    ...(dependency === undefined ? [] : [`--dependency=${dependency}`, '--kill-on-invalid-dep=yes']),
    ...(hold ? ['--hold'] : []),
    script,
  ]);
  // On a cluster among several, its name follows.
  return answer.trim().split(';')[0] ?? '';
}

/** Asks whether Slurm would take a script, without submitting it. Throws a ClusterError with its own reason. */
export async function tryScript(text: string): Promise<void> {
  await demand('sbatch', ['--test-only'], text);
}

/** Lets a job go that was submitted to wait. */
export async function releaseJob(job: string): Promise<void> {
  await demand('scontrol', ['release', job]);
}

/** Takes jobs or single tasks out of the queue and ends those that run; what Slurm no longer knows is passed over. */
export async function cancelJobs(jobs: readonly string[]): Promise<void> {
  for (const some of inParts(jobs)) await demand('scancel', some);
}

/**
 * The tasks of jobs that are in Slurm's queue, or left it minutes ago: what ended longer ago it forgets, also single tasks
 * of an array. Throws a ClusterError where there is no Slurm.
 */
export async function queuedTasks(jobs: readonly string[]): Promise<QueuedTask[]> {
  if (jobs.length === 0) return [];
  const { code, stdout, stderr } = await call('squeue', [
    '--noheader',
    '--array',
    '--states=all',
    `--jobs=${jobs.join(',')}`,
    '--format=%i|%T|%r|%N',
  ]);
  // Slurm's answer when it has forgotten all of them.
  if (code !== 0 && !/invalid job id/i.test(stderr)) throw refusal('squeue', stderr);
  return code === 0 ? rowsOf(stdout) : [];
}

/** What the accounts say of tasks that Slurm has forgotten; nothing where none are kept. */
export async function accountsOf(jobs: readonly string[]): Promise<QueuedTask[]> {
  const rows: QueuedTask[] = [];
  for (const some of inParts(jobs)) {
    const { code, stdout } = await call('sacct', [
      ...['--noheader', '--parsable2', '--allocations', '--array', `--jobs=${some.join(',')}`],
      '--format=JobID,State,Reason,NodeList',
    ]);
    if (code !== 0) return rows;
    rows.push(...rowsOf(stdout));
  }
  return rows;
}

function rowsOf(text: string): QueuedTask[] {
  return text.split('\n').flatMap((line) => {
    const [job, state, reason, node] = line.trim().split('|');
    if (!job || !state) return [];
    // `CANCELLED by 0`, `None assigned`
    const because = !reason || /^none\b/i.test(reason) ? '' : reason;
    return [{ job, state: state.split(' ')[0] ?? state, reason: because, node: node ?? '' }];
  });
}

export interface Nodes {
  /** The largest memory of one, in megabytes; undefined where it is not told. */
  readonly memory: number | undefined;
  /** The most minutes that a job may take. */
  readonly longest: number;
  /** Names of the computers. */
  readonly hosts: readonly string[];
}

/** The nodes of a partition, by default of the one that jobs go to without a word. */
export async function nodesOf(partition: string | undefined): Promise<Nodes> {
  const { code, stdout } = await call('sinfo', ['--noheader', '--Node', '--format=%R|%P|%m|%l|%n']);
  const rows = (code === 0 ? stdout.split('\n') : []).flatMap((line) => {
    const [name, marked, memory, limit, host] = line.trim().split('|');
    const isMeant =
      partition === undefined ? marked?.endsWith('*') : partition.split(',').includes(name ?? '');
    return isMeant
      ? [{ memory: Number(memory), minutes: limitInMinutes(limit ?? ''), host: host ?? '' }]
      : [];
  });
  const sizes = rows.map(({ memory }) => memory).filter((size) => size > 1);
  return {
    memory: sizes.length === 0 ? undefined : Math.max(...sizes),
    longest: rows.reduce((least, { minutes }) => Math.min(least, minutes), Number.POSITIVE_INFINITY),
    hosts: [...new Set(rows.map(({ host }) => host))],
  };
}

/** `7-00:00:00`, `30:00`; without end for `infinite`. */
function limitInMinutes(text: string): number {
  const parts = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text);
  if (parts === null) return Number.POSITIVE_INFINITY;
  const [days = 0, hours = 0, minutes = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return 24 * 60 * days + 60 * hours + minutes;
}

/** Whether a name that Slurm has of a computer is this one. */
export function isThisComputer(host: string): boolean {
  const short = (name: string): string | undefined => name.toLowerCase().split('.')[0];
  return short(host) === short(hostname());
}

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Seconds for an answer; a busy controller takes its time. */
const PATIENCE = 60;

/** Runs one of Slurm's programs. Throws a ClusterError where it is not there. */
function call(program: string, args: readonly string[], input?: string): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { timeout: 1000 * PATIENCE, maxBuffer: 2 ** 28 };
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      const missing = systemCode(error) === 'ENOENT';
      const silent = error?.killed ? `${program} did not answer within ${PATIENCE} seconds` : stderr;
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr: missing ? MISSING : silent });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

const MISSING = 'missing';

async function demand(program: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await call(program, args, input);
  if (code === 0) return stdout;
  const { reason } = refusal(program, stderr);
  const places = /partition/i.test(reason) ? await partitions() : [];
  throw refusal(program, stderr, places);
}

/** The names of the partitions, which is what Slurm calls the parts of a cluster; none where it does not answer. */
export async function partitions(): Promise<string[]> {
  const { code, stdout } = await call('sinfo', ['--noheader', '--format=%R']);
  return code === 0 ? [...new Set(stdout.split('\n').filter((name) => name !== ''))] : [];
}

/** One sentence with Slurm's own reason, of which its programs print several lines. */
function refusal(program: string, stderr: string, places: readonly string[] = []): ClusterError {
  if (stderr === MISSING) {
    return new ClusterError(
      `${program} is not found, so this computer submits no jobs: log in to a machine of the cluster on which \`sbatch --version\` works, or train and predict here without submit.`,
    );
  }
  const lines = stderr
    .split('\n')
    .map((line) =>
      line
        .replace(/^\w+: ((error|fatal): )?/, '')
        .replace(/^allocation failure: /, '')
        .trim(),
    )
    .filter((line) => line !== '');
  const last = (lines.at(-1) ?? 'no reason given').replace(/^Batch job submission failed: /, '');
  const detail = lines.length > 1 ? ` (${lines[0]})` : '';
  const reason = `${last}${detail}`;
  const found = REMEDIES.find(({ when }) => when.test(reason));
  const known = places.length === 0 ? '' : `; the partitions here are ${places.join(', ')}`;
  const remedy = found === undefined ? '' : `: ${found.remedy}${known}`;
  return new ClusterError(`Slurm refuses (${program}): ${reason}${remedy}.`, reason);
}

const REMEDIES: readonly { readonly when: RegExp; readonly remedy: string }[] = [
  { when: /partition/i, remedy: 'name another one with --partition' },
  { when: /account/i, remedy: 'name yours with --account' },
  { when: /memory/i, remedy: 'ask for less with --memory' },
  { when: /time ?limit|wall/i, remedy: 'ask for less with --time' },
  { when: /gres|gpu/i, remedy: 'ask for others with --gpus, or leave it out' },
  { when: /node configuration|node count|cpu/i, remedy: 'ask for less with --cpus or --memory' },
  { when: /array/i, remedy: 'make fewer tasks' },
  { when: /contact|connect|communicat|answer/i, remedy: 'ask those who run the cluster, or try again later' },
];

/** A command line may be no longer than the system allows. */
function inParts(jobs: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let i = 0; i < jobs.length; i += 500) parts.push(jobs.slice(i, i + 500));
  return parts;
}
