import { isTrained } from '../jobs/train-run.js';
import type { Run } from '../runs/run.js';
import { limitsOf, trainingNeed } from './estimate.js';
import { oneAtATime } from './one-at-a-time.js';
import type { Resources } from './resources.js';
import { nodesOf } from './slurm.js';
import { taskNumber } from './submission.js';
import { type Submitted, submitWork } from './submit.js';

export interface SubmitTrainingOptions {
  /** Made by `beginRun`. */
  readonly run: Run;
  /** What is missing follows from the run. */
  readonly resources?: Partial<Resources>;
  /** Lines of shell for modules or an environment. */
  readonly setup?: string;
}

/** Submits what is not yet trained of a run: a task for each fold, then one for ensemble, validation and report. */
export function submitTraining(options: SubmitTrainingOptions): Promise<Submitted> {
  return oneAtATime(options.run.path, () => submitFolds(options));
}

async function submitFolds({
  run,
  resources: given = {},
  setup = '',
}: SubmitTrainingOptions): Promise<Submitted> {
  const cpus = given.cpus ?? run.settings.threads ?? USUAL_CPUS;
  const { longest } = await nodesOf(given.partition);
  const limits = await limitsOf(given, longest, () => trainingNeed(run, cpus));
  const { models } = run.data;
  return submitWork({
    folder: run.path,
    kind: 'training',
    tasks: models,
    about: `Training of ${models === 1 ? 'one network' : `${models} networks, a task each`}, in ${run.path}`,
    resources: { ...given, cpus, ...limits },
    ...{ setup, asked: { resources: given, setup } },
    isDone: (name, said) => said?.state !== 'failed' && isTrained(run, taskNumber(name) ?? 0),
  });
}

/** Processors of a task where neither a setting nor an option says how many. */
export const USUAL_CPUS = 4;
