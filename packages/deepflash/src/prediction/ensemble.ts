import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Runtime } from '@deepflash/engine';
import {
  type ModelDescription,
  ModelFileError,
  openModel,
  type SegmentationModel,
} from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { messageOf, UsageError } from '../errors.js';
import { foldFiles, runFiles } from '../runs/layout.js';

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
 * Finds the model files of a run, or takes a single one.
 * Throws a UsageError where there is none, or the run has none yet.
 */
export async function modelFiles(path: string): Promise<string[]> {
  if (!existsSync(path))
    throw new UsageError(`${path} does not exist: name a run or a model.onnx with --model.`);
  if (!statSync(path).isDirectory()) return [path];
  const { folds, config } = runFiles(path);
  const numbers = (await readdir(folds).catch(() => []))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  const files = numbers.map((fold) => foldFiles(path, fold).model).filter((file) => existsSync(file));
  if (files.length > 0) return files;
  throw new UsageError(
    existsSync(config)
      ? `${path} has no trained network yet: give the command that trains it again to finish it.`
      : `${path} is no run of deepflash: name the folder that deepflash train wrote, or a model.onnx.`,
  );
}

/**
 * Opens model files as one ensemble, whose models count as much as the weights say, by default all the same. Throws a UsageError for files that are no models or do not belong together.
 */
export async function openEnsemble(
  runtime: Runtime,
  files: readonly string[],
  weights?: readonly number[],
): Promise<Ensemble> {
  const models: SegmentationModel[] = [];
  const dispose = async (): Promise<void> => {
    for (const model of models) await model.dispose();
  };
  try {
    const hash = createHash('sha256');
    for (const file of files) {
      const bytes = await read(file);
      hash.update(bytes);
      models.push(await open(runtime, file, bytes));
    }
    const [first, ...rest] = models;
    if (first === undefined) throw new UsageError('No model was named.');
    for (const [index, model] of rest.entries()) {
      const difference = differenceOf(first.description, model.description);
      if (difference === undefined) continue;
      throw new UsageError(
        `${files[index + 1]} does not belong to the same training as ${files[0]} (other ${difference}): predict with one of them.`,
      );
    }
    const weighted = weights?.length === models.length ? { weights } : {};
    const fingerprint = hash.digest('hex');
    return { models: [first, ...rest], description: first.description, ...weighted, fingerprint, dispose };
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
  return (
    ['classes', 'channels', 'tileSize', 'scale', 'means', 'stds', 'normalisation', 'selection'] as const
  ).find((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}

/** The `quality.json` of a run, or of the run in which a model file lies; undefined where there is none. */
export function qualityFile(model: string): string | undefined {
  const folder = statSync(model).isDirectory() ? model : dirname(model);
  // A network of one fold lies two folders below its run.
  return [folder, dirname(dirname(folder))]
    .map((run) => runFiles(run).quality)
    .find((file) => existsSync(file));
}
