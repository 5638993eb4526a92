import { existsSync, statSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { checkWays } from '../prediction/folder-work.js';
import { modelSet } from '../prediction/model-set.js';
import { type AskedPrediction, describePrediction } from '../prediction/open-prediction.js';
import { isLarge } from '../prediction/predict-file.js';
import { beginPrediction, imagesToPredict, refuseFolder } from '../prediction/predict-folder.js';
import { checkObjectsOfLarge } from '../prediction/tiled-files.js';
import { predictionFolders } from '../runs/layout.js';
import { doneShards } from './done-shards.js';
import { limitsOf, predictionNeed } from './estimate.js';
import { clusterFiles } from './layout.js';
import { oneAtATime } from './one-at-a-time.js';
import { type ImagePlan, type ImageSize, planShards, sizesOf } from './plan-shards.js';
import type { Resources } from './resources.js';
import { listedImages, readShards, writeShards } from './shards.js';
import { nodesOf } from './slurm.js';
import { clusterStatus, isLive } from './status.js';
import { readSubmission, type Submission, taskNumber } from './submission.js';
import { type Submitted, submitWork } from './submit.js';
import { USUAL_CPUS } from './submit-training.js';

export interface SubmitPredictionOptions {
  readonly asked: AskedPrediction;
  /** Among how many tasks the images are shared; default: by their number and size. */
  readonly shards?: number | undefined;
  /** Into how many bands of rows, a task each, every image is cut; default: large ones, where tasks are left. */
  readonly bands?: number | undefined;
  readonly resources?: Partial<Resources>;
  readonly setup?: string;
}

/** Submits what is missing of the prediction of a folder of images: a task for each shard, then one for the tables. */
export function submitPrediction(options: SubmitPredictionOptions): Promise<Submitted> {
  return oneAtATime(options.asked.out, () => submitShards(options));
}

async function submitShards(options: SubmitPredictionOptions): Promise<Submitted> {
  const { asked, resources: given = {}, setup = '' } = options;
  const { models, images, out, settings } = asked;
  refuseFolder(asked);
  const files = await imagesToPredict(images);
  const networks = await networksOf(models);
  const prediction = { ...asked, networks };
  const earlier = await goneOnWith(out, prediction);
  const { files: networkFiles } = await modelSet(models);
  const described = await describePrediction(asked);
  // What every task would refuse is refused here.
  checkWays(described);
  const { description } = described.ensemble;
  const listed = listedImages(out, earlier?.tasks ?? 0);
  const open = files.filter((file) => !listed.has(file));
  const sizes = await sizesOf(images, open, options);
  const plan = planShards(sizes, description, options);
  refuseBands(plan, sizes, asked);
  const isNew = earlier === undefined;
  // What another submission has left goes only once nothing here refuses this one.
  if (isNew && existsSync(clusterFiles(out).submission)) {
    await rm(clusterFiles(out).folder, { recursive: true, force: true });
  }
  try {
    const tasks = await writeShards(out, plan, earlier?.tasks ?? 0);
    const cpus = given.cpus ?? settings.threads ?? USUAL_CPUS;
    const { longest, memory: most } = await nodesOf(given.partition);
    const views = (asked.turns ? 8 : settings.testTimeAugmentation ? 4 : 1) * (asked.zooms?.length ?? 1);
    const limits = await limitsOf(given, longest, () =>
      predictionNeed(
        {
          ...{ description, images, files, views, cpus, modelFiles: networkFiles },
          shards: readShards(out, tasks),
          device: settings.device,
        },
        most,
      ),
    );
    const isDoneShard = doneShards(out, images, { probabilities: asked.probabilities ?? false });
    return await submitWork({
      folder: out,
      kind: 'prediction',
      ...{ tasks, prediction, setup },
      asked: { resources: given, setup, shards: options.shards, bands: options.bands },
      about: `Prediction of ${files.length} ${files.length === 1 ? 'image' : 'images'} of ${images} in ${tasks} ${tasks === 1 ? 'shard' : 'shards'}, into ${out}`,
      resources: { ...given, cpus, ...limits },
      // Where nothing is left to do, tables and report stay.
      begin: () => beginPrediction(asked),
      isDone: (name, said) =>
        said?.state === 'done' && said.reason === null && isDoneShard(taskNumber(name) ?? 0),
    });
  } catch (error) {
    if (isNew) {
      await rm(clusterFiles(out).folder, { recursive: true, force: true });
      await removeEmpty(out);
    }
    throw error;
  }
}

/** Removes the folders for results that were made and not used; what holds something stays. */
async function removeEmpty(out: string): Promise<void> {
  for (const folder of predictionFolders(out)) await rmdir(folder).catch(() => undefined);
}

/**
 * Throws a UsageError where bands are to be combined in a way that needs the whole image, and an ImageFileError where the
 * objects of one so large that it is never in memory are to be found in such a way.
 */
function refuseBands(
  { bands }: ImagePlan,
  sizes: readonly ImageSize[],
  { combine, images, objects }: AskedPrediction,
): void {
  const inBands = new Set(bands.map(({ file }) => file));
  for (const { file, size } of sizes) {
    if (objects === undefined || size === undefined || !inBands.has(file) || !isLarge(size)) continue;
    checkObjectsOfLarge(file, size, objects);
  }
  const [first] = bands;
  if (combine !== 'staple' || first === undefined) return;
  throw new UsageError(
    `${join(images, first.file)} would be predicted in bands, and STAPLE combines masks of whole images: take --combine majority, or --bands 1.`,
  );
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
