/** Which model files predict together: those of one run, single ones, or those of several. */
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SeparationChoice } from '@deepflash/segmentation';
import { UsageError } from '../errors.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import { refuseNewerRun } from '../runs/run.js';
import { readSeparation } from '../runs/separation.js';
import { recordedModelWeights } from '../training/model-weights.js';

export interface ModelSet {
  readonly files: readonly string[];
  /** How much each counts, 1 together; undefined: all the same. */
  readonly weights?: readonly number[];
  /** What the one run, from which all of them are, knows of its quality. */
  readonly quality?: string;
  /** How that run tells touching objects apart best. */
  readonly separation?: SeparationChoice;
}

/**
 * The model files that several paths name. Networks of one run count as the run says, and every path as much as it has
 * networks.
 *
 * @throws UsageError where there is none at a path, or the run there has none yet.
 */
export async function modelSet(paths: readonly string[]): Promise<ModelSet> {
  const parts = await Promise.all(
    paths.map(async (path) => ({ path, files: await modelFiles(path), own: recordedModelWeights(path) })),
  );
  const files = parts.flatMap((part) => part.files);
  const [quality, ...others] = new Set(paths.map(qualityFile));
  const [separation, ...otherRuns] = new Set(paths.map((path) => fileOfRun(path, 'separation')));
  const choice = otherRuns.length > 0 ? undefined : readSeparation(separation);
  const weighted = parts.some(({ files: ofPath, own }) => own?.length === ofPath.length);
  const weights = parts.flatMap(({ files: ofPath, own }) =>
    own?.length === ofPath.length
      ? own.map((weight) => (weight * ofPath.length) / files.length)
      : ofPath.map(() => 1 / files.length),
  );
  return {
    files,
    ...(weighted ? { weights } : {}),
    ...(quality === undefined || others.length > 0 ? {} : { quality }),
    ...(choice === undefined ? {} : { separation: choice }),
  };
}

/**
 * Finds the model files of a run, or takes a single one.
 * Throws a UsageError where there is none, or the run has none yet or was made by a newer version.
 */
export async function modelFiles(path: string): Promise<string[]> {
  if (!existsSync(path))
    throw new UsageError(`${path} does not exist: name a run or a model.onnx with --model.`);
  if (!statSync(path).isDirectory()) return [path];
  await refuseNewerRun(path);
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

/** The `quality.json` of a run, or of the run in which a model file lies; undefined where there is none. */
export function qualityFile(model: string): string | undefined {
  return fileOfRun(model, 'quality');
}

function fileOfRun(model: string, which: 'quality' | 'separation'): string | undefined {
  const folder = statSync(model).isDirectory() ? model : dirname(model);
  // A network of one fold lies two folders below its run.
  return [folder, dirname(dirname(folder))]
    .map((run) => runFiles(run)[which])
    .find((file) => existsSync(file));
}
