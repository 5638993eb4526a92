import { mkdir } from 'node:fs/promises';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { encodeCsv } from '../csv.js';
import { type RunEvent, readEvents } from './events.js';
import { type FoldHistory, foldHistory } from './history.js';
import { runFiles } from './layout.js';
import type { Run } from './run.js';

/** How the network that did not see an image did on it. */
export interface ValidationResult {
  readonly name: string;
  /** The image's file name. */
  readonly file: string;
  readonly fold: number;
  readonly dice: number;
  /** Of the classes from 1 on, where there are several. */
  readonly dicePerClass?: readonly number[];
  readonly iou: number;
  /** Mean uncertainty of all pixels. */
  readonly uncertainty: number;
  /** Mean uncertainty of the predicted foreground; null where there is none. */
  readonly uncertaintyScore: number | null;
}

/** What `deepflash train` tells at the end. */
export interface TrainingSummary {
  readonly run: string;
  readonly folds: readonly FoldSummary[];
  /** Mean Dice over all held-out images; null where none was held out. */
  readonly dice: number | null;
  /** Standard deviation of the Dice of the held-out images; null for fewer than two. */
  readonly diceDeviation: number | null;
}

export interface FoldSummary {
  readonly fold: number;
  /** Mean Dice over the fold's held-out images. */
  readonly dice: number | null;
  readonly steps: number;
  readonly secondsPerStep: number;
  /** The part of the training's time in which it waited for tiles, from 0 to 1. */
  readonly waitingShare: number;
}

/** The results of all held-out images of a run so far, in the order of its data. */
export function validationResults(run: Run, events: readonly RunEvent[]): ValidationResult[] {
  const folds = new Set(run.data.items.map(({ fold }) => fold));
  const histories = new Map([...folds].map((fold) => [fold, foldHistory(events, fold)]));
  return run.data.items.flatMap(({ name, image, fold }) => {
    const found = histories.get(fold)?.validated.get(name);
    if (found === undefined) return [];
    const { dice, dicePerClass, iou, uncertainty, uncertaintyScore } = found;
    const scores = { dice, iou, uncertainty, uncertaintyScore };
    const perClass = dicePerClass === undefined ? {} : { dicePerClass: dicePerClass.slice(1) };
    return [{ name, file: image.name, fold, ...scores, ...perClass }];
  });
}

/** Writes `validation/results.csv`. */
export async function writeValidationResults(run: Run): Promise<void> {
  const { events, validation, validationFolder } = runFiles(run.path);
  await mkdir(validationFolder, { recursive: true });
  const results = validationResults(run, readEvents(events));
  const ofClasses = classesOf(results).map((one) => `dice of class ${one}`);
  const columns = ['file', 'fold', 'dice', ...ofClasses, 'iou', 'uncertainty', 'uncertaintyScore'];
  const rows = results.map(({ name: _, dicePerClass = [], ...row }) => ({
    ...row,
    ...Object.fromEntries(ofClasses.map((column, index) => [column, dicePerClass[index] ?? null])),
  }));
  await writeFileAtomic(validation.results, encodeCsv(columns, rows));
}

/** The classes from 1 on of which there is a Dice; older runs have none. */
export function classesOf(results: readonly ValidationResult[]): number[] {
  const known = results.find(({ dicePerClass }) => dicePerClass !== undefined);
  return (known?.dicePerClass ?? []).map((_, index) => index + 1);
}

/** The summary of a run from its events. */
export function summarise(
  run: Run,
  events: readonly RunEvent[] = readEvents(runFiles(run.path).events),
): TrainingSummary {
  const results = validationResults(run, events);
  const folds = Array.from({ length: run.data.models }, (_, index) => {
    const fold = index + 1;
    const { finished, steps } = foldHistory(events, fold);
    return {
      fold,
      dice: mean(results.filter((result) => result.fold === fold).map(({ dice }) => dice)),
      steps: finished?.steps ?? 0,
      secondsPerStep: finished?.secondsPerStep ?? 0,
      waitingShare: waitingShare(steps),
    };
  });
  const scores = results.map(({ dice }) => dice);
  return { run: run.path, folds, dice: mean(scores), diceDeviation: deviation(scores) };
}

/** The standard deviation of a sample; null of fewer than two numbers. */
export function deviation(values: readonly number[]): number | null {
  const middle = mean(values);
  if (middle === null || values.length < 2) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

function waitingShare(steps: FoldHistory['steps']): number {
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  const waited = steps.reduce((sum, step) => sum + (step.waited ?? 0), 0);
  return seconds === 0 ? 0 : Math.round((10_000 * waited) / seconds) / 10_000;
}

/** The mean of numbers; null of none. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
