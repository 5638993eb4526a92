/**
 * Submits what is missing of a folder's work: an array of tasks that work at the same time, and one job that follows.
 * Either both are in Slurm's queue and on record, or neither is.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { type BatchScript, batchScript, inLogName } from './batch-script.js';
import { clusterFiles, type Step } from './layout.js';
import type { Resources } from './resources.js';
import { cancelJobs, releaseJob, submitScript } from './slurm.js';
import { clusterStatus, isLive, type TaskStatus } from './status.js';
import {
  FINISH,
  readSubmission,
  type Submission,
  taskName,
  taskNames,
  writeSubmission,
} from './submission.js';

export interface Work extends Pick<Submission, 'kind' | 'tasks' | 'prediction' | 'asked'> {
  /** The folder of the run, or of the results. */
  readonly folder: string;
  /** One line about it for the scripts. */
  readonly about: string;
  readonly resources: Resources;
  /** Lines of shell for modules or an environment. */
  readonly setup: string;
  /** Makes ready what the tasks write into; called only where something is submitted. */
  begin?(): Promise<void>;
  /** Whether a task need not be done again. @param said what it said of itself */
  isDone(name: string, said: TaskStatus | undefined): boolean;
}

export interface Submitted {
  readonly folder: string;
  /** Numbers of the jobs that were submitted now; null where there was nothing to do. */
  readonly array: string | null;
  readonly finish: string | null;
  /** Names of the tasks that were submitted now, of those that wait or run since earlier, and how many are done. */
  readonly tasks: readonly string[];
  readonly live: readonly string[];
  readonly done: number;
  readonly scripts: readonly string[];
}

/** Submits. Throws a ClusterError with Slurm's own reason, and leaves nothing behind then. */
export async function submitWork(work: Work): Promise<Submitted> {
  const { folder } = work;
  const files = clusterFiles(folder);
  const earlier = await readSubmission(folder);
  const said = new Map(
    earlier === undefined ? [] : (await clusterStatus(folder)).tasks.map((task) => [task.name, task]),
  );
  const names = taskNames(work);
  const live = names.filter((name) => isLiveTask(said.get(name)));
  const missing = names.filter((name) => !live.includes(name) && !work.isDone(name, said.get(name)));
  const finish = said.get(FINISH);
  const nothing = missing.length === 0 && (isLiveTask(finish) || (live.length === 0 && isDone(finish)));
  const done = names.length - missing.length - live.length;
  if (nothing) return { folder, array: null, finish: null, tasks: [], live, done, scripts: [] };

  const kept = new Map<string, Uint8Array>();
  for (const file of [files.script('tasks'), files.script('finish')]) {
    if (existsSync(file)) kept.set(file, await readFile(file));
  }
  const submitted: string[] = [];
  try {
    for (const path of [files.logs, files.journals]) await mkdir(path, { recursive: true });
    const scripts: string[] = [];
    const write = async (step: Step, array?: string): Promise<string> => {
      const file = files.script(step);
      await writeFileAtomic(file, new TextEncoder().encode(batchScript(scriptOf(work, step, array))));
      scripts.push(file);
      return file;
    };
    let array: string | undefined;
    if (missing.length > 0) {
      const numbers = missing.map((name) => names.indexOf(name) + 1);
      // It waits until all is in place, so that nothing runs if the second job is refused.
      array = await submitScript(await write('tasks', ranges(numbers)), { hold: true });
      submitted.push(array);
    }
    const before = [
      ...(array === undefined ? [] : [array]),
      ...live.flatMap((name) => said.get(name)?.job ?? []),
    ];
    // Also after tasks that failed: what is there is put together, and what is missing told with its reason.
    const dependency = before.length === 0 ? undefined : `afterany:${before.join(':')}`;
    await work.begin?.();
    const last = await submitScript(await write('finish'), { dependency });
    submitted.push(last);
    const jobs: Record<string, string> = { ...earlier?.jobs, [FINISH]: last };
    for (const name of missing) jobs[name] = `${array}_${names.indexOf(name) + 1}`;
    await writeSubmission(folder, {
      schemaVersion: 1,
      ...{ kind: work.kind, tasks: work.tasks, jobs },
      submitted: new Date().toISOString(),
      workingFolder: process.cwd(),
      ...(work.asked === undefined ? {} : { asked: work.asked }),
      ...(work.prediction === undefined ? {} : { prediction: work.prediction }),
    });
    if (isLiveTask(finish) && finish?.job) await cancelJobs([finish.job]);
    if (array !== undefined) await releaseJob(array);
    return { folder, array: array ?? null, finish: last, tasks: missing, live, done, scripts };
  } catch (error) {
    await cancelJobs(submitted).catch(() => undefined);
    if (earlier === undefined) await rm(files.folder, { recursive: true, force: true });
    else {
      await writeSubmission(folder, earlier);
      for (const [file, bytes] of kept) await writeFileAtomic(file, bytes);
    }
    throw error;
  }
}

function isLiveTask(task: TaskStatus | undefined): boolean {
  return task !== undefined && isLive(task);
}

function isDone(task: TaskStatus | undefined): boolean {
  return task?.state === 'done' && task.reason === null;
}

/** The script of a step, as it is written beside the work; also what Slurm is asked about beforehand. */
export function scriptOf(work: Omit<Work, 'isDone' | 'begin'>, step: Step, array?: string): BatchScript {
  const { folder, kind, resources } = work;
  const task = step === 'tasks' ? taskName(kind, '$SLURM_ARRAY_TASK_ID') : FINISH;
  const here = process.cwd();
  const path = resolve(folder);
  return {
    about: step === 'tasks' ? work.about : `${work.about}: what follows when its tasks are done`,
    name: `deepflash-${step === 'tasks' ? kind : FINISH}`,
    resources,
    array,
    workingFolder: here,
    folder: path,
    log: `${inLogName(clusterFiles(path).logs)}/${step === 'tasks' ? taskName(kind, '%a') : FINISH}.log`,
    setup: work.setup,
    command: [process.execPath, cli(), 'task', relative(here, path) || '.', task],
  };
}

/** The built command, also where this file is run as it was written. */
function cli(): string {
  return fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
}

/** `1-3,7` of 1, 2, 3 and 7, as Slurm has arrays. */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}
