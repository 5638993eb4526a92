/** Tries learning rates for a training that is about to begin. */
import { nodeRuntime } from '@deepflash/engine/node';
import {
  type PlannedSettings,
  type RatePoint,
  type RateSuggestions,
  suggestRates,
  sweepLearningRates,
} from '@deepflash/segmentation';
import { readRecorded } from '../data/load.js';
import type { DataRecord } from '../data/record.js';
import { trainingPlan } from '../jobs/training-plan.js';
import { findWeights, readStartingWeights } from '../weights/starting-weights.js';
import { tileWorkers } from './tile-workers.js';

export interface LearningRates {
  readonly points: readonly RatePoint[];
  /** Null where the loss exploded too soon to tell. */
  readonly suggestions: RateSuggestions | null;
}

export interface FindOptions {
  /** How many rates are tried. */
  readonly points?: number;
  readonly signal?: AbortSignal;
  readonly onPoint?: (done: number, total: number) => void;
}

/** Runs a sweep over the images of a record with the network, the tiles and the optimiser of a training. */
export async function findLearningRate(
  settings: Omit<PlannedSettings, 'learningRate' | 'steps'>,
  data: DataRecord,
  { signal = new AbortController().signal, ...options }: FindOptions = {},
): Promise<LearningRates> {
  const { device, threads } = settings;
  const runtime = await nodeRuntime({ device, ...(threads === null ? {} : { threads }) });
  const training = await readRecorded(data, settings);
  const whole = { ...settings, learningRate: 1e-3, steps: 1, epochs: null };
  const { channels, classValues, statistics } = data;
  const weights = await findWeights(whole);
  const need = { ...whole, channels, classes: classValues.length, fold: 1 };
  const points = await sweepLearningRates({
    runtime,
    plan: trainingPlan(whole, classValues, training),
    statistics,
    training,
    tiles: tileWorkers(settings),
    signal,
    ...(weights === undefined ? {} : { initial: await readStartingWeights(weights, need) }),
    ...options,
  });
  return { points, suggestions: suggestRates(points) };
}
