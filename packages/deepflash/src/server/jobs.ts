/**
 * Long work of the studio: commands of deepflash in processes of their own, one after the other; what is submitted to a
 * cluster does not wait for what is done here. What is known of a job
 * lies in the project's folder; a process goes on when the server dies, and the next server finds it or its answer.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { z } from 'zod';
import { messageOf, UsageError } from '../errors.js';
import { jsonOf } from '../json.js';
import { lastLine } from '../last-line.js';
import type { ProjectFiles } from '../project/layout.js';
import type { Changes } from './changes.js';
import { isAtWork, jobProcess, jobProcessSchema, NO_PROCESS, signal } from './job-process.js';

const jobSchema = z.object({
  id: z.string(),
  kind: z.enum([
    'ground-truth',
    'comparison',
    'train',
    'learning-rate',
    'augmentations',
    'predict',
    'export',
    'submit-training',
    'submit-prediction',
  ]),
  /** The run, prediction or package that it makes. */
  target: z.string(),
  args: z.array(z.string()),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  ...jobProcessSchema.shape,
  /** Why it failed, in words. */
  message: z.string().nullable(),
  /** The job whose result it needs. */
  after: z.string().optional(),
});

export type Job = z.infer<typeof jobSchema>;

/** A job with the last line that it said. */
export type JobView = Omit<Job, 'args' | 'pid' | 'host' | 'born'> & { readonly progress: string | null };

/** Whether a job waits or runs. */
export function isOpen<Known extends Pick<JobView, 'state'>>(
  job: Known | undefined,
): job is Known & { readonly state: 'waiting' | 'running' } {
  return job?.state === 'waiting' || job?.state === 'running';
}

export interface Jobs {
  list(): readonly JobView[];
  /** Queues a command. @param config settings for its --config */
  add(job: Pick<Job, 'kind' | 'target' | 'args' | 'after'>, config?: object): Promise<JobView>;
  /** Takes a waiting job out of the queue, and asks a running one to stop; asked again, it is ended at once. */
  cancel(id: string): Promise<void>;
  /** Starts no more jobs; the running one goes on. */
  close(): void;
}

/** How often a process is looked at that another server has started, in milliseconds. */
const WATCH = 1000;

/**
 * @param before done before a job starts, such as writing what it reads
 * @param changes told when a job has come, begun or ended
 */
export async function openJobs(
  files: ProjectFiles,
  before: () => Promise<void>,
  changes: Changes,
): Promise<Jobs> {
  const jobs = await readJobs(files);
  const asked = new Set<string>();
  let closed = false;
  const active = new Set<Job>();
  /** The processes that this server has started. */
  const children = new Map<Job, ChildProcess>();

  const save = async (job: Job): Promise<void> => {
    await writeFileAtomic(files.job(job.id), new TextEncoder().encode(JSON.stringify(job, null, 2)));
    changes.tell();
  };
  /** Where the disk is full, what became of a job is at least shown. */
  const note = (job: Job): Promise<void> => save(job).catch(() => changes.tell());
  const end = async (job: Job, code: number | null): Promise<void> => {
    Object.assign(job, { ended: new Date().toISOString(), ...NO_PROCESS });
    children.delete(job);
    if (code === 0 || (code === null && isAnswered(files, job.id))) job.state = 'done';
    else if (asked.has(job.id) || code === 130) job.state = 'cancelled';
    else if (code === null) job.state = 'interrupted';
    else {
      job.state = 'failed';
      job.message = failureOf(files.jobLog(job.id));
    }
    active.delete(job);
    await note(job);
    await next();
  };

  /** A job that could not be started. */
  async function refuse(job: Job, message: string): Promise<void> {
    Object.assign(job, { state: 'failed', ended: new Date().toISOString(), message });
    active.delete(job);
    await note(job);
    await next();
  }

  async function next(): Promise<void> {
    for (const lane of LANES) await nextOf(lane);
  }

  async function nextOf(lane: (job: Job) => boolean): Promise<void> {
    if (closed || [...active].some(lane)) return;
    const job = jobs.find((one) => one.state === 'waiting' && lane(one));
    if (job === undefined) return;
    active.add(job);
    const needed = jobs.find(({ id }) => id === job.after);
    if (needed !== undefined && needed.state !== 'done') return refuse(job, unmade(needed));
    let channels: readonly [log: number, answer: number];
    try {
      await before();
      channels = [openSync(files.jobLog(job.id), 'a'), openSync(files.jobAnswer(job.id), 'w')];
    } catch (error) {
      // Such as a full disk: this job fails, and those after it are tried.
      return refuse(job, messageOf(error));
    }
    // It may have been cancelled in the meantime.
    if (job.state !== 'waiting') {
      for (const channel of channels) closeSync(channel);
      active.delete(job);
      return nextOf(lane);
    }
    const [log, answer] = channels;
    job.state = 'running';
    job.started = new Date().toISOString();
    // The built command, also where this file is run as it was written.
    const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
    const child = spawn(process.execPath, [cli, ...job.args, '--json'], { stdio: ['ignore', answer, log] });
    closeSync(log);
    closeSync(answer);
    children.set(job, child);
    child.on('exit', (code) => void end(job, code ?? 1));
    child.on('error', () => void end(job, 1));
    // The server may end before the job does.
    child.unref();
    const own = await jobProcess(child.pid);
    // It may have ended in the meantime.
    if (children.has(job)) Object.assign(job, own);
    await note(job);
  }

  /** A job of an earlier server: its process may still be at work. */
  async function watch(job: Job): Promise<void> {
    if (closed) return;
    if (await isAtWork(job)) setTimeout(() => void watch(job), WATCH).unref();
    else await end(job, null);
  }

  const running = jobs.filter(({ state }) => state === 'running');
  for (const job of running) active.add(job);
  for (const job of running) await watch(job);
  await next();

  return {
    list: () => jobs.map((job) => view(job, files)),
    async add(wanted, config) {
      const id = `${new Date().toISOString().replace(/[:.]/g, '-')}-${randomUUID().slice(0, 8)}`;
      const args = [...wanted.args];
      if (config !== undefined) {
        await writeFileAtomic(files.jobConfig(id), new TextEncoder().encode(JSON.stringify(config, null, 2)));
        args.push('--config', files.jobConfig(id));
      }
      const job: Job = {
        ...{ id, kind: wanted.kind, target: wanted.target, args, state: 'waiting' },
        ...(wanted.after === undefined ? {} : { after: wanted.after }),
        ...{ created: new Date().toISOString(), started: null, ended: null, ...NO_PROCESS, message: null },
      };
      // What cannot be written is told to whoever asked, and must not begin later.
      await save(job);
      jobs.push(job);
      await next();
      changes.tell();
      return view(job, files);
    },
    async cancel(id) {
      const job = jobs.find((one) => one.id === id);
      if (job === undefined) throw new UsageError(`There is no job ${id}.`);
      if (job.state === 'waiting') {
        job.state = 'cancelled';
        job.ended = new Date().toISOString();
        await save(job);
      } else if (job.state === 'running') {
        const name = asked.has(id) ? 'SIGKILL' : 'SIGINT';
        asked.add(id);
        const child = children.get(job);
        if (child === undefined) await signal(job, name);
        else child.kill(name);
      }
    },
    close() {
      closed = true;
    },
  };
}

const isSubmission = ({ kind }: Job): boolean => kind.startsWith('submit-');

/** Of the jobs of each, one runs at a time. */
const LANES = [(job: Job) => !isSubmission(job), isSubmission];

async function readJobs(files: ProjectFiles): Promise<Job[]> {
  const names = (await readdir(files.jobs)).filter((name) => /^[^.].*(?<!config)\.json$/.test(name)).sort();
  const jobs: Job[] = [];
  for (const name of names) {
    const text = await readFile(files.job(name.slice(0, -'.json'.length)), 'utf8');
    const job = jobSchema.safeParse(jsonOf(text));
    if (job.success) jobs.push(job.data);
  }
  return jobs;
}

function view(known: Job, files: ProjectFiles): JobView {
  const { args: _args, pid: _pid, host: _host, born: _born, ...job } = known;
  const log = files.jobLog(job.id);
  const isTold = job.state === 'running' && existsSync(log);
  return { ...job, progress: isTold ? (lastLine(log) ?? null) : null };
}

/** Why a job cannot begin whose work builds on that of another, which has not ended well. */
function unmade({ kind, target, state }: Job): string {
  const what = kind === 'ground-truth' ? `the merging of the experts by ${target}` : `${kind} ${target}`;
  const fate = FATES[state] ?? 'was cut off: ask for both again';
  return `This did not begin, because ${what}, whose result it needs, ${fate}.`;
}

const FATES: Readonly<Partial<Record<Job['state'], string>>> = {
  failed: 'has failed: mend what that one tells, and ask for both again',
  cancelled: 'was stopped: ask for both again',
};

/** Whether a command has told its result, which it does at its end. */
export function isAnswered(files: ProjectFiles, id: string): boolean {
  const file = files.jobAnswer(id);
  return existsSync(file) && jsonOf(readFileSync(file, 'utf8')) !== undefined;
}

/** What a command says last is why it failed, with a list of faults perhaps. */
function failureOf(log: string): string {
  if (!existsSync(log)) return 'It told nothing.';
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  const start = lines.findLastIndex((line) => !line.startsWith(' '));
  return lines.slice(Math.max(0, start)).slice(0, 25).join('\n');
}
