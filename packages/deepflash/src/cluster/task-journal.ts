/** What a task says of itself: when it began where, how far it is, how it ended. One file a task, only added to. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { clusterFiles } from './layout.js';

const entrySchema = z.discriminatedUnion('type', [
  /**
   * `job` is `12_3`, or `13`; `restarts` counts how often Slurm had queued it again; `startup` and `processor` are the
   * seconds, and those of a processor, that its process took until here.
   */
  z.object({
    type: z.literal('began'),
    ...{ job: z.string(), host: z.string(), restarts: z.int() },
    ...{ startup: z.number(), processor: z.number() },
  }),
  z.object({ type: z.literal('progress'), done: z.number(), total: z.number(), what: z.string() }),
  /** Stopped: it keeps what was done and is to go on. */
  z.object({
    type: z.literal('ended'),
    outcome: z.enum(['finished', 'stopped', 'failed']),
    message: z.string().nullable(),
  }),
]);

export type JournalEntry = z.infer<typeof entrySchema>;
export type TimedEntry = JournalEntry & { readonly time: string };

export interface TaskJournal {
  progress(done: number, total: number, what: string): void;
  /** Whether this attempt came further than the earlier ones of the same job, so that going on will come to an end. */
  gotOn(): boolean;
  end(outcome: 'finished' | 'stopped' | 'failed', message?: string): void;
}

/** Seconds between two accounts of progress: a thousand tasks shall not keep a disk busy by talking. */
const EVERY = 5;

/** Begins the account of a task that runs in this process. */
export function beginJournal(folder: string, task: string, env = process.env): TaskJournal {
  const path = clusterFiles(folder).journal(task);
  mkdirSync(dirname(path), { recursive: true });
  // A line that a killed process left half-written must not swallow the next one.
  if (existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n')) appendFileSync(path, '\n');
  const append = (entry: JournalEntry): void =>
    appendFileSync(path, `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
  const before = lastProgress(readJournal(folder, task), jobOf(env));
  const restarts = Number(env.SLURM_RESTART_COUNT ?? 0);
  const { user, system } = process.cpuUsage();
  append({
    ...{ type: 'began', job: jobOf(env), host: hostname(), restarts },
    startup: rounded(performance.now() / 1000),
    processor: rounded((user + system) / 1e6),
  });
  let told = Number.NEGATIVE_INFINITY;
  let last: Progress | undefined;
  let untold = false;
  return {
    progress(done, total, what) {
      const now = performance.now() / 1000;
      last = { type: 'progress', done, total, what };
      untold = now - told < EVERY && done < total;
      if (untold) return;
      told = now;
      append(last);
    },
    gotOn() {
      if (last === undefined) return false;
      return before?.what === last.what ? last.done > before.done : last.done > 0 || before !== undefined;
    },
    end(outcome, message) {
      if (untold && last !== undefined) append(last);
      append({ type: 'ended', outcome, message: message ?? null });
    },
  };
}

type Progress = Extract<JournalEntry, { type: 'progress' }>;

/** How far the latest attempts came, if they were of this job; another submission may have begun from the start. */
function lastProgress(journal: readonly TimedEntry[], job: string): Progress | undefined {
  let last: Progress | undefined;
  let isOwn = false;
  for (const entry of journal) {
    if (entry.type === 'began') isOwn = entry.job === job;
    if (!isOwn) last = undefined;
    else if (entry.type === 'progress') last = entry;
  }
  return last;
}

/** The account of a task; empty where it has not begun. */
export function readJournal(folder: string, task: string): TimedEntry[] {
  const path = clusterFiles(folder).journal(task);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').flatMap(parseLine);
}

function parseLine(line: string): TimedEntry[] {
  if (line === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    const time = z.object({ time: z.string() }).safeParse(value);
    const entry = entrySchema.safeParse(value);
    return time.success && entry.success ? [{ ...entry.data, ...time.data }] : [];
  } catch {
    return [];
  }
}

function rounded(seconds: number): number {
  return Math.round(1000 * seconds) / 1000;
}

/** The number of the job that this process is, as squeue shows it; empty outside of Slurm. */
function jobOf(env: NodeJS.ProcessEnv): string {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: job } = env;
  return array !== undefined && task !== undefined ? `${array}_${task}` : (job ?? '');
}
