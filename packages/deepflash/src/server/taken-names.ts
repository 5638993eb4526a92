import { existsSync } from 'node:fs';
import { UsageError } from '../errors.js';
import type { Project } from '../project/project.js';
import { runFiles } from '../runs/layout.js';
import { isOpen, type Jobs } from './jobs.js';

/** Throws a UsageError for the name of a new training that another one has, which has begun or is about to. */
export function refuseTakenRun({ files }: Project, jobs: Jobs, name: string): void {
  if (existsSync(runFiles(files.run(name)).config)) {
    throw new UsageError(`There is a training ${name} already: choose another name, or go on with that one.`);
  }
  const isTraining = ({ kind, target }: { kind: string; target: string }): boolean =>
    (kind === 'train' || kind === 'submit-training') && target === name;
  if (jobs.list().some((job) => isTraining(job) && isOpen(job))) {
    throw new UsageError(`A training ${name} is about to begin already: choose another name.`);
  }
}
