import { parseSettings } from '@deepflash/segmentation';
import { z } from 'zod';
import { cancelCluster, clusterStatus } from '../../cluster/status.js';
import { UsageError } from '../../errors.js';
import { checkedName } from '../../project/names.js';
import {
  clusterView,
  isSubmitted,
  optionWords,
  resourceWords,
  submittedFolder,
  taskLog,
} from '../cluster-view.js';
import { predictionWords, trainingWords } from '../command-lines.js';
import type { JobView } from '../jobs.js';
import { type ClusterResources, clusterPrediction, clusterRun, resubmission } from '../schemas.js';
import { refuseTakenRun } from '../taken-names.js';
import { type ApiParts, maskFolder, type Router, text } from './parts.js';

export function clusterRoutes({ get, post }: Router, { project, jobs }: ApiParts): void {
  const { files } = project;

  /** Submits by the command, in a process of its own: it looks at every image before. */
  async function submit(
    kind: 'submit-training' | 'submit-prediction',
    target: string,
    words: readonly string[],
    resources: ClusterResources,
    settings?: object,
  ): Promise<JobView> {
    const args = ['submit', ...words, ...(await resourceWords(project, resources))];
    return jobs.add({ kind, target, args }, settings);
  }

  get(
    '/api/cluster',
    { summary: 'Whether there is a cluster, and what was asked of it last' },
    async (context) => context.json(await clusterView(project)),
  );
  post(
    '/api/cluster/runs',
    { summary: 'Train networks on the cluster, a task each' },
    clusterRun,
    async ({ name, masks, settings, resources }, context) => {
      refuseTakenRun(project, jobs, checkedName('a training', name));
      parseSettings(settings);
      const words = trainingWords(project, maskFolder(project, masks), name);
      return context.json(await submit('submit-training', name, words, resources, settings));
    },
  );
  post(
    '/api/cluster/predictions',
    { summary: 'Predict all images of the project on the cluster, shared among tasks' },
    clusterPrediction,
    async ({ name, run, shards, resources, ...objects }, context) => {
      const target = checkedName('a prediction', name);
      const models = [files.run(checkedName('a training', run))];
      const words = predictionWords(project, models, target, objects);
      const shared = shards === null ? [] : ['--shards', `${shards}`];
      return context.json(await submit('submit-prediction', target, [...words, ...shared], resources));
    },
  );
  get(
    '/api/cluster/:kind/:name',
    { summary: 'The tasks of a training (runs) or a prediction (predictions): how each is' },
    async (context) => context.json(await clusterStatus(folderOf(context.req.param()))),
  );
  post(
    '/api/cluster/:kind/:name/cancel',
    { summary: 'Cancel the tasks that wait or run; what was done is kept' },
    z.object({}),
    async (_, context) => context.json({ cancelled: await cancelCluster(folderOf(context.req.param())) }),
  );
  post(
    '/api/cluster/:kind/:name/resume',
    { summary: 'Submit again what is not done, with the options of before' },
    resubmission,
    async (more, context) => {
      const { kind: of = '', name = '' } = context.req.param();
      const folder = submittedFolder(project, of, name);
      if (!isSubmitted(folder)) throw new UsageError(`${name} was not submitted to a cluster.`);
      const kind = of === 'runs' ? 'submit-training' : 'submit-prediction';
      return context.json(
        await jobs.add({ kind, target: name, args: ['submit', 'missing', folder, ...optionWords(more)] }),
      );
    },
  );
  get(
    '/api/cluster/:kind/:name/logs/:task',
    { summary: 'What a task has printed, its end where it is long' },
    async (context) => {
      const task = text(context.req.param('task'));
      return context.json({ text: await taskLog(folderOf(context.req.param()), task) });
    },
  );

  function folderOf({ kind = '', name = '' }: Record<string, string>): string {
    return submittedFolder(project, kind, name);
  }
}
