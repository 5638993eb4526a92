import { createHash } from 'node:crypto';
import type { Runtime } from '@deepflash/engine';
import {
  type ModelDescription,
  ModelFileError,
  openModel,
  type SegmentationModel,
} from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { messageOf, UsageError } from '../errors.js';
import { type ForeignNetwork, readForeignModel } from './foreign-model.js';

/** Networks that predict together. */
export interface Ensemble {
  readonly models: readonly [SegmentationModel, ...SegmentationModel[]];
  /** What all of them say of themselves. */
  readonly description: ModelDescription;
  /** How much each counts, 1 together; undefined: all the same. */
  readonly weights?: readonly number[];
  /** Differs from that of other model files. */
  readonly fingerprint: string;
  dispose(): Promise<void>;
}

/**
 * Opens model files as one ensemble, whose models count as much as the weights say, by default all the same.
 *
 * @param foreign what weights of other programs (.safetensors) are of, where no file beside them says it
 * @throws UsageError for files that are no models or do not go together.
 */
export async function openEnsemble(
  runtime: Runtime,
  files: readonly string[],
  weights?: readonly number[],
  foreign: ForeignNetwork = {},
): Promise<Ensemble> {
  const models: SegmentationModel[] = [];
  const dispose = async (): Promise<void> => {
    for (const model of models) await model.dispose();
  };
  try {
    const hash = createHash('sha256');
    for (const file of files) {
      const bytes = /\.safetensors$/i.test(file) ? await readForeignModel(file, foreign) : await read(file);
      hash.update(bytes);
      models.push(await open(runtime, file, bytes));
    }
    const [first, ...rest] = models;
    if (first === undefined) throw new UsageError('No model was named.');
    for (const [index, model] of rest.entries()) {
      const difference = differenceOf(first.description, model.description);
      if (difference === undefined) continue;
      throw new UsageError(
        `${files[index + 1]} does not go together with ${files[0]} (other ${difference}): predict with one of them.`,
      );
    }
    const weighted = weights?.length === models.length ? { weights } : {};
    const fingerprint = hash.digest('hex');
    const [one, ...others] = files;
    if (others.length > 0 && models.some(({ description }) => description.ensemble !== undefined)) {
      throw new UsageError(
        `${one} and ${others.join(' and ')} are not predicted with together, as one is a whole ensemble: name runs or model.onnx files.`,
      );
    }
    const adapted = rest.map((model) => takingWhat(first.description, model));
    return { models: [first, ...adapted], description: first.description, ...weighted, fingerprint, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readBytes(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${messageOf(error)}): check the path.`);
  }
}

async function open(runtime: Runtime, file: string, bytes: Uint8Array): Promise<SegmentationModel> {
  try {
    return await openModel(runtime, bytes);
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
