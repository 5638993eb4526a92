import { createHash } from 'node:crypto';
import type { Runtime } from '@deepflash/engine';
import {
  describeModelFile,
  type ModelDescription,
  ModelFileError,
  openModel,
  type SegmentationModel,
  type WholeImageOptions,
} from '@deepflash/segmentation';
import { messageOf, UsageError } from '../errors.js';
import type { ForeignNetwork } from './foreign-model.js';
import { modelBytes } from './model-bytes.js';
import { startPredictionThreads } from './prediction-threads.js';

/** Networks that predict together. */
export interface Ensemble {
  readonly models: readonly [SegmentationModel, ...SegmentationModel[]];
  /** What all of them say of themselves. */
  readonly description: ModelDescription;
  /** How much each counts, 1 together; undefined: all the same. */
  readonly weights?: readonly number[];
  /** Differs from that of other model files. */
  readonly fingerprint: string;
  /** Threads that pass tiles through these networks; undefined: the thread that asks does. */
  readonly openPredictor?: WholeImageOptions['openPredictor'];
  /** Waits until networks that are opened beside can predict, and throws why they cannot. */
  readonly opened?: () => Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Opens model files as one ensemble, whose models count as much as the weights say, by default all the same.
 *
 * @param foreign what weights of other programs (.safetensors) are of, where no file beside them says it
 * @throws UsageError for files that are no models or do not go together.
 */
export function openEnsemble(
  runtime: Runtime,
  files: readonly string[],
  weights?: readonly number[],
  foreign: ForeignNetwork = {},
): Promise<Ensemble> {
  return gather(files, weights, async (file) => {
    const bytes = await modelBytes(file, foreign);
    return { bytes, model: await told(file, () => openModel(runtime, bytes)) };
  });
}

/**
 * The same with the processor's cores divided among threads that predict, where that is worth it; the runtime serves
 * where it is not.
 *
 * @param cores default: all
 */
export async function openEnsembleInThreads(
  runtime: Runtime,
  files: readonly string[],
  { weights, foreign = {}, cores }: { weights?: readonly number[]; foreign?: ForeignNetwork; cores?: number },
): Promise<Ensemble> {
  const ensemble = await openEnsembleWhenNeeded(async () => runtime, files, weights, foreign);
  const { tileSize } = ensemble.description;
  const threads = startPredictionThreads(files, foreign, {
    tileSize,
    ...(cores === undefined ? {} : { cores }),
  });
  if (threads === null) return ensemble;
  return {
    ...ensemble,
    openPredictor: threads.openPredictor,
    opened: threads.opened,
    async dispose() {
      await threads.close();
      await ensemble.dispose();
    },
  };
}

/** The same, but each network is opened when it predicts first: for those who may only want to know what they are. */
export function openEnsembleWhenNeeded(
  runtime: () => Promise<Runtime>,
  files: readonly string[],
  weights?: readonly number[],
  foreign: ForeignNetwork = {},
): Promise<Ensemble> {
  return gather(files, weights, async (file) => {
    const bytes = await modelBytes(file, foreign);
    const description = await told(file, () => describeModelFile(bytes));
    return { bytes, model: openedLater(runtime, file, foreign, description) };
  });
}

/** Opens files one after the other and checks that they go together. */
async function gather(
  files: readonly string[],
  weights: readonly number[] | undefined,
  open: (file: string) => Promise<{ readonly bytes: Uint8Array; readonly model: SegmentationModel }>,
): Promise<Ensemble> {
  const models: SegmentationModel[] = [];
  const dispose = async (): Promise<void> => {
    for (const model of models) await model.dispose();
  };
  try {
    const hash = createHash('sha256');
    for (const file of files) {
      const { bytes, model } = await open(file);
      hash.update(bytes);
      models.push(model);
    }
    const [first, ...rest] = models;
    if (first === undefined) throw new UsageError('No model was named.');
    checkTogether(files, first, rest);
    const weighted = weights?.length === models.length ? { weights } : {};
    const fingerprint = hash.digest('hex');
    const adapted = rest.map((model) => takingWhat(first.description, model));
    return { models: [first, ...adapted], description: first.description, ...weighted, fingerprint, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Throws a UsageError for files whose networks do not predict together. */
function checkTogether(
  files: readonly string[],
  first: SegmentationModel,
  rest: readonly SegmentationModel[],
): void {
  for (const [index, model] of rest.entries()) {
    const difference = differenceOf(first.description, model.description);
    if (difference === undefined) continue;
    throw new UsageError(
      `${files[index + 1]} does not go together with ${files[0]} (other ${difference}): predict with one of them.`,
    );
  }
  const [one, ...others] = files;
  if (rest.length > 0 && [first, ...rest].some(({ description }) => description.ensemble !== undefined)) {
    throw new UsageError(
      `${one} and ${others.join(' and ')} are not predicted with together, as one is a whole ensemble: name runs or model.onnx files.`,
    );
  }
}

/** A model of which so far only the description was read; its bytes are read again when it is needed. */
function openedLater(
  runtime: () => Promise<Runtime>,
  file: string,
  foreign: ForeignNetwork,
  description: ModelDescription,
): SegmentationModel {
  const open = async (): Promise<SegmentationModel> => {
    const [own, bytes] = [await runtime(), await modelBytes(file, foreign)];
    return told(file, () => openModel(own, bytes));
  };
  let opened: Promise<SegmentationModel> | null = null;
  return {
    description,
    async predict(batch, shape) {
      opened ??= open();
      return (await opened).predict(batch, shape);
    },
    async dispose() {
      await (await opened)?.dispose();
    },
  };
}

/** What is to be done with a file's bytes. Throws a UsageError where they are no model. */
async function told<Result>(file: string, act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const reason = error instanceof ModelFileError ? error.problem : messageOf(error);
    throw new UsageError(
      `${file} is no model of deepflash (${reason}): name a run, its ensemble.onnx or one of its model.onnx files.`,
    );
  }
}

function differenceOf(a: ModelDescription, b: ModelDescription): string | undefined {
  return (['classes', 'channels', 'scale', 'normalisation', 'selection', 'separation'] as const).find(
    (key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]),
  );
}

/**
 * A model as one that takes what is normalised by the statistics of another. The file of an ensemble takes raw
 * intensities, and so do its like; where each image is normalised by itself, there is nothing to do.
 */
function takingWhat(first: ModelDescription, model: SegmentationModel): SegmentationModel {
  const { description } = model;
  const { means, stds } = description;
  const same = JSON.stringify([first.means, first.stds]) === JSON.stringify([means, stds]);
  if (same || first.normalisation === 'image' || description.ensemble !== undefined) return model;
  return {
    description,
    dispose: () => model.dispose(),
    predict(batch, shape) {
      const [, channels, height, width] = shape;
      const pixels = height * width;
      const own = batch.map((value, i) => {
        const channel = Math.floor(i / pixels) % channels;
        const raw = value * (first.stds[channel] ?? 1) + (first.means[channel] ?? 0);
        return (raw - (means[channel] ?? 0)) / (stds[channel] ?? 1);
      });
      return model.predict(own, shape);
    },
  };
}
