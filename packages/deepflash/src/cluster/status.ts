/** How the tasks of a submission are: what Slurm says of the queue, and what they say of themselves. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { lastLine } from '../last-line.js';
import { clusterFiles } from './layout.js';
import { accountsOf, cancelJobs, type QueuedTask, queuedTasks } from './slurm.js';
import { FINISH, readSubmission, type Submission, taskNames } from './submission.js';
import { readJournal, type TimedEntry } from './task-journal.js';

export type TaskState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export interface TaskStatus {
  /** `fold-1`, `shard-1` or `finish`. */
  readonly name: string;
  readonly state: TaskState;
  /** Why it waits or failed, or what is to be said of what is done; null where nothing is. */
  readonly reason: string | null;
  /** Slurm's number of it; null where it was not submitted. */
  readonly job: string | null;
  /** The machine on which it ran last. */
  readonly host: string | null;
  readonly progress: { readonly done: number; readonly total: number; readonly what: string } | null;
  /** How often Slurm has queued it again. */
  readonly restarts: number;
  /** The file of what it printed; null where there is none yet. */
  readonly log: string | null;
}

export interface ClusterStatus {
  readonly folder: string;
  readonly kind: Submission['kind'];
  readonly submitted: string;
  /** What works at the same time, then what follows. */
  readonly tasks: readonly TaskStatus[];
  readonly counts: Readonly<Record<TaskState, number>>;
}

/** Tells how the tasks of a folder are. Throws a UsageError where nothing was submitted, ClusterError without Slurm. */
export async function clusterStatus(folder: string): Promise<ClusterStatus> {
  const submission = await readSubmission(folder);
  if (submission === undefined) {
    throw new UsageError(
      `Nothing was submitted to a cluster for ${folder}: name the --out of deepflash submit.`,
    );
  }
  const { jobs } = submission;
  const queue = await queueOf(Object.values(jobs));
  // After the queue: a task that ended in between has said so here, and is not taken for one that ended without a word.
  const heard = [...taskNames(submission), FINISH].map((name) => {
    const job = jobs[name] ?? null;
    return { name, job, journal: readJournal(folder, name), queued: job === null ? undefined : queue(job) };
  });
  const silent = heard.flatMap(({ job, journal, queued }) =>
    job !== null && queued === undefined && endOf(journal)?.outcome !== 'finished' ? [job] : [],
  );
  const accounts = new Map((await accountsOf(silent)).map((task) => [task.job, task]));
  const tasks = heard.map((one) =>
    statusOf(folder, { ...one, queued: one.queued ?? accounts.get(one.job ?? '') }),
  );
  const counts = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0 };
  for (const { state } of tasks) counts[state]++;
  const { kind, submitted } = submission;
  return { folder, kind, submitted, tasks, counts };
}

/** What Slurm's queue says of jobs. */
async function queueOf(jobs: readonly string[]): Promise<(job: string) => QueuedTask | undefined> {
  const arrayOf = (job: string): string => job.split('_')[0] ?? job;
  const queue = new Map((await queuedTasks([...new Set(jobs.map(arrayOf))])).map((task) => [task.job, task]));
  // An array that was cancelled as a whole is kept as one job, without its numbers.
  return (job) => queue.get(job) ?? queue.get(arrayOf(job));
}

/** How the last attempt ended; undefined where it has not. */
function endOf(journal: Heard['journal']) {
  const last = journal.at(-1);
  return last?.type === 'ended' ? last : undefined;
}

/** Whether a task waits or runs. */
export function isLive({ state }: Pick<TaskStatus, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

/** Cancels what waits or runs, and tells how many tasks that were. What was done is kept. */
export async function cancelCluster(folder: string): Promise<number> {
  const { tasks } = await clusterStatus(folder);
  const live = tasks.filter(isLive).flatMap(({ job }) => job ?? []);
  await cancelJobs(live);
  return live.length;
}

/** What a task said, and what Slurm says of it. */
interface Heard {
  readonly name: string;
  readonly job: string | null;
  readonly journal: readonly TimedEntry[];
  readonly queued: QueuedTask | undefined;
}

function statusOf(folder: string, { name, job, journal, queued }: Heard): TaskStatus {
  const began = journal.findLast((entry) => entry.type === 'began');
  const progress = journal.findLast((entry) => entry.type === 'progress');
  const ended = endOf(journal);
  const log = join(clusterFiles(folder).logs, `${name}.log`);
  const known = {
    name,
    job,
    host: began?.host ?? null,
    progress:
      progress === undefined ? null : { done: progress.done, total: progress.total, what: progress.what },
    restarts: began?.restarts ?? 0,
    log: existsSync(log) ? log : null,
  };
  const is = (state: TaskState, reason: string | null): TaskStatus => ({ ...known, state, reason });
  // What Slurm has forgotten is as its task left it; what it has not, may be another attempt than the one that ended.
  if (queued !== undefined && WAITING.includes(queued.state)) return is('waiting', waitingFor(queued));
  // By hand it has no job.
  const isOwn = began !== undefined && (began.job === job || began.job === '');
  if (ended?.outcome === 'finished' && (isOwn || queued === undefined)) return is('done', ended.message);
  if (queued !== undefined && RUNNING.includes(queued.state)) return is('running', null);
  const own = isOwn ? (ended?.message ?? null) : null;
  if (queued?.state === 'CANCELLED') {
    return is('cancelled', /depend/i.test(queued.reason) ? NOTHING_TO_FINISH : own);
  }
  if (queued !== undefined) return is('failed', own ?? failureOf(queued, known.log));
  if (ended?.outcome === 'failed') return is('failed', ended.message);
  if (job === null) return is('cancelled', 'It was not submitted.');
  if (ended?.outcome === 'stopped') return is('cancelled', ended.message);
  return is(
    'failed',
    began === undefined
      ? 'Slurm no longer knows it, and it never began: submit again.'
      : 'Slurm no longer knows it, and it ended without a word: submit again.',
  );
}

const WAITING = ['PENDING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SPECIAL_EXIT', 'RESV_DEL_HOLD'];
const RUNNING = ['RUNNING', 'COMPLETING', 'CONFIGURING', 'SUSPENDED', 'SIGNALING', 'STAGE_OUT', 'STOPPED'];

const NOTHING_TO_FINISH = 'A task that it needs failed: submit again when the cause is gone.';

function waitingFor({ reason }: QueuedTask): string | null {
  if (reason === '') return null;
  const words = REASONS[reason];
  return words === undefined ? reason : `${words} (${reason})`;
}

/** Slurm's most frequent words, for people. */
const REASONS: Readonly<Record<string, string>> = {
  Resources: 'other jobs have the machines',
  Priority: 'other jobs are before it',
  Dependency: 'other tasks are not done',
  DependencyNeverSatisfied: 'a task that it needs failed',
  BeginTime: 'it may begin in a moment',
  JobArrayTaskLimit: 'as many tasks run as --array-limit allows',
  JobHeldUser: 'it is held; scontrol release lets it go',
  JobHeldAdmin: 'those who run the cluster hold it',
  PartitionTimeLimit: 'the partition does not allow so long a time: submit again with a shorter --time',
  PartitionDown: 'the partition is down',
  ReqNodeNotAvail: 'the machines that it needs are not available',
  AssocGrpCpuLimit: 'the account has as many processors as it may',
  QOSMaxJobsPerUserLimit: 'you have as many jobs as you may',
};

function failureOf({ state, reason, node }: QueuedTask, log: string | null): string {
  const on = node === '' ? '' : ` on ${node}`;
  const words = log === null ? undefined : lastLine(log);
  if (state === 'TIMEOUT') return `It ran into its time limit${on}: submit again, with a longer --time.`;
  if (state === 'OUT_OF_MEMORY') {
    return `It needed more memory than it asked for${on}: submit again, with more --memory.`;
  }
  if (state === 'NODE_FAIL') return `Its machine was lost${on === '' ? '' : ` (${node})`}: submit again.`;
  if (/RaisedSignal:53/.test(reason)) {
    return `It could not begin${on}, most likely because that machine does not see the folder: put it on a disk that they share.`;
  }
  if (words !== undefined) return words;
  return `It ended${on} (${state}${reason === '' ? '' : `, ${reason}`}): submit again.`;
}
