/** What the pages know of a cluster, and of what was submitted to it. */
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { clusterFiles } from '../cluster/layout.js';
import { isClusterHere, partitions } from '../cluster/slurm.js';
import { UsageError } from '../errors.js';
import { checkedName } from '../project/names.js';
import type { Project } from '../project/project.js';
import { type ClusterResources, clusterResources } from './schemas.js';

export interface ClusterView {
  /** Whether jobs can be submitted from this computer. */
  readonly here: boolean;
  readonly partitions: readonly string[];
  /** What was asked for last. */
  readonly resources: ClusterResources;
}

export async function clusterView(project: Project): Promise<ClusterView> {
  const resources = lastResources(project);
  if (!(await isClusterHere())) return { here: false, partitions: [], resources };
  return { here: true, partitions: await partitions(), resources };
}

/** The folder of what a page names: `runs` or `predictions`, and one of them. Throws a UsageError. */
export function submittedFolder({ files }: Project, kind: string, name: string): string {
  if (kind === 'runs') return files.run(checkedName('a training', name));
  if (kind === 'predictions') return files.prediction(checkedName('a prediction', name));
  throw new UsageError(`Only runs and predictions are submitted to a cluster, not ${kind}.`);
}

/** Whether a folder was submitted to a cluster. */
export function isSubmitted(folder: string): boolean {
  return existsSync(clusterFiles(folder).submission);
}

/** Bytes of a log that are shown, from its end. */
const SHOWN = 60_000;

/** What a task has printed last. Throws a UsageError where it has not printed yet. */
export async function taskLog(folder: string, task: string): Promise<string> {
  const file = join(clusterFiles(folder).logs, `${checkedName('a task', task)}.log`);
  if (!existsSync(file)) throw new UsageError(`${task} has printed nothing yet.`);
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(size, SHOWN));
    await handle.read(bytes, 0, bytes.length, size - bytes.length);
    return `${size > SHOWN ? '…\n' : ''}${bytes.toString('utf8')}`;
  } finally {
    await handle.close();
  }
}

/** The options of `deepflash submit` for what is asked for, which the project remembers. */
export async function resourceWords(project: Project, resources: ClusterResources): Promise<string[]> {
  const { clusterResources: file, clusterSetup } = project.files;
  await writeText(file, `${JSON.stringify(resources, null, 2)}\n`);
  const { setup, ...named } = resources;
  if (setup.trim() !== '') await writeText(clusterSetup, `${setup.trim()}\n`);
  return [...optionWords(named), ...(setup.trim() === '' ? [] : ['--setup', clusterSetup])];
}

/** The options of `deepflash submit` for what is not empty. */
export function optionWords(named: Partial<Omit<ClusterResources, 'setup'>>): string[] {
  return Object.entries(named).flatMap(([name, value]) =>
    value.trim() === '' ? [] : [OPTIONS[name] ?? `--${name}`, value.trim()],
  );
}

const OPTIONS: Readonly<Record<string, string>> = { arrayLimit: '--array-limit' };

export function lastResources({ files }: Project): ClusterResources {
  const file = files.clusterResources;
  if (!existsSync(file)) return clusterResources.parse({});
  const known = clusterResources.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return known.success ? known.data : clusterResources.parse({});
}

function writeText(file: string, text: string): Promise<void> {
  return writeFileAtomic(file, new TextEncoder().encode(text));
}
