import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { describeModelFile } from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { UsageError } from '../errors.js';
import { modelSet } from '../prediction/model-set.js';
import type { AskedPrediction } from '../prediction/open-prediction.js';
import { beginPrediction, imagesToPredict } from '../prediction/predict-folder.js';
import { predictionNeed } from './estimate.js';
import { clusterFiles } from './layout.js';
import type { Resources } from './resources.js';
import { writeShards } from './shards.js';
import { nodesOf } from './slurm.js';
import { clusterStatus, isLive } from './status.js';
import { readSubmission, type Submission } from './submission.js';
import { type Submitted, submitWork } from './submit.js';
import { USUAL_CPUS } from './submit-training.js';

export interface SubmitPredictionOptions {
  readonly asked: AskedPrediction;
  /** In how many parts the images are predicted; default: by their number. */
  readonly shards?: number | undefined;
  readonly resources?: Partial<Resources>;
  readonly setup?: string;
}

/** Submits what is missing of the prediction of a folder of images: a task for each shard, then one for the tables. */
export async function submitPrediction(options: SubmitPredictionOptions): Promise<Submitted> {
  const { asked, resources: given = {}, setup = '' } = options;
  const { models, images, out, settings } = asked;
  const files = await imagesToPredict(images);
  const networks = await networksOf(models);
  const prediction = { ...asked, networks };
  const earlier = await goneOnWith(out, prediction);
  await beginPrediction(asked);
  const isNew = earlier === undefined;
  try {
    const tasks = await writeShards(out, files, options.shards, earlier?.tasks ?? 0);
    const cpus = given.cpus ?? settings.threads ?? USUAL_CPUS;
    const { longest } = await nodesOf(given.partition);
    const { files: networkFiles } = await modelSet(models);
    const [first = ''] = networkFiles;
    const need = await predictionNeed({
      description: describeModelFile(await readBytes(first)),
      models: networkFiles.length,
      ...{ images, files, cpus },
      inTask: Math.ceil(files.length / tasks),
      augmentation: settings.testTimeAugmentation ? 'flips' : 'none',
      device: settings.device,
    });
    const minutes =
      given.minutes ?? (need.minutes === undefined ? undefined : Math.min(need.minutes, longest));
    return await submitWork({
      folder: out,
      kind: 'prediction',
      ...{ tasks, prediction, setup },
      about: `Prediction of ${files.length} images of ${images} in ${tasks} shards, into ${out}`,
      resources: {
        ...given,
        cpus,
        memory: given.memory ?? need.memory,
        ...(minutes === undefined ? {} : { minutes }),
      },
      isDone: (_, said) => said?.state === 'done' && said.reason === null,
    });
  } catch (error) {
    if (isNew) await rm(clusterFiles(out).folder, { recursive: true, force: true });
    throw error;
  }
}

/** The submission that is gone on with; undefined where there is none, or where something else was asked for. */
async function goneOnWith(
  out: string,
  prediction: NonNullable<Submission['prediction']>,
): Promise<Submission | undefined> {
  const earlier = await readSubmission(out);
  if (earlier === undefined) return undefined;
  const same = JSON.stringify(canonical(earlier.prediction)) === JSON.stringify(canonical(prediction));
  if (earlier.kind === 'prediction' && same) return earlier;
  const live = (await clusterStatus(out)).tasks.filter(isLive).length;
  if (live > 0) {
    throw new UsageError(
      `${out} is being worked on by ${live} tasks of another submission, of other networks or settings: cancel them with deepflash status ${out} --cancel, or name another --out.`,
    );
  }
  await rm(clusterFiles(out).folder, { recursive: true, force: true });
  return undefined;
}

/** With its keys in order, at every depth. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, canonical(part)]),
  );
}

/** A text that differs when the networks do. */
async function networksOf(models: readonly string[]): Promise<string> {
  const { files, weights } = await modelSet(models);
  const parts = files.map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${file} ${size} ${mtimeMs}`;
  });
  return [...parts, ...(weights === undefined ? [] : [weights.join(' ')])].join('\n');
}
