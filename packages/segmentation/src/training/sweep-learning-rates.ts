/**
 * The learning-rate range test (Smith 2017): a network learns from batch to batch at rates that grow from very small to too
 * large, and the loss tells which rates it learns at. What is made of it follows fastai's `lr_find`.
 */
import { createTrainingSession, type Runtime } from '@deepflash/engine';
import type { ChannelStatistics } from '../sampling/statistics.js';
import { optimizerOf } from './optimizer.js';
import type { LabelledImage, TrainingPlan } from './plan.js';
import { lossGraph } from './step-graph.js';
import { targetKindOf } from './targets.js';
import { type OpenTiles, tilesInThread } from './tile-source.js';
import type { StartingWeights } from './train-fold.js';

export interface SweepOptions {
  readonly runtime: Runtime;
  /** Its learning rate and schedule have no effect. */
  readonly plan: TrainingPlan;
  readonly statistics: ChannelStatistics;
  readonly training: readonly LabelledImage[];
  readonly initial?: StartingWeights;
  readonly tiles?: OpenTiles;
  readonly signal: AbortSignal;
  /** The rates that are tried. Default: 100 from 1e-7 to 10. */
  readonly from?: number;
  readonly to?: number;
  readonly points?: number;
  readonly onPoint?: (done: number, total: number) => void;
}

export interface RatePoint {
  readonly learningRate: number;
  readonly loss: number;
  /** An exponential mean, without the pull towards zero at its start. */
  readonly smoothedLoss: number;
}

/** How much of the earlier losses is in the mean. */
const SMOOTHING = 0.98;
/** Steps at the smallest rate before, so that the mean does not begin with the luck of one batch. */
const WARMING = 10;
/** Times the least loss at which nothing more is to be learnt. */
const TOO_MUCH = 4;

/**
 * Tries learning rates, ten and more of them, until the loss explodes. The network is thrown away.
 *
 * @throws the signal's reason when it is aborted; as `trainFold` for what does not fit together.
 */
export async function sweepLearningRates(options: SweepOptions): Promise<RatePoint[]> {
  const { runtime, statistics, training, signal, from = 1e-7, to = 10, points: total = 100 } = options;
  const plan = { ...options.plan, steps: WARMING + total };
  const kind = targetKindOf(training);
  const open = options.tiles ?? tilesInThread;
  const tiles = open({ plan, training, statistics, fold: 1, kind, firstStep: 0 });
  try {
    const { graph, loss } = lossGraph(plan, statistics.means.length, kind);
    const session = await createTrainingSession(runtime, graph, {
      loss,
      optimizer: optimizerOf(plan),
      seed: `${plan.seed}/1`,
      ...(plan.gradientClip === null ? {} : { clipNorm: plan.gradientClip }),
    });
    try {
      if (options.initial) session.load(options.initial.weights, 'present');
      const found: RatePoint[] = [];
      let [mean, weight, least] = [0, 0, Number.POSITIVE_INFINITY];
      for (let step = 0; step < WARMING + total; step++) {
        signal.throwIfAborted();
        const point = step - WARMING;
        const learningRate = from * (to / from) ** (Math.max(0, point) / (total - 1));
        const batch = await tiles.next(step);
        const result = await session.step(batch, { learningRate, momentum: plan.momentum ?? 0.95 });
        mean = SMOOTHING * mean + (1 - SMOOTHING) * result.loss;
        weight = SMOOTHING * weight + (1 - SMOOTHING);
        // Lets messages in: a step blocks the thread.
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (point < 0) continue;
        const smoothedLoss = mean / weight;
        if (!Number.isFinite(smoothedLoss) || smoothedLoss > TOO_MUCH * least) break;
        least = Math.min(least, smoothedLoss);
        found.push({ learningRate, loss: result.loss, smoothedLoss });
        options.onPoint?.(point + 1, total);
      }
      return found;
    } finally {
      await session.dispose();
    }
  } finally {
    await tiles.close();
  }
}

/** The learning rates that a sweep speaks for. */
export interface RateSuggestions {
  /** Two thirds down the longest descent of the loss: the safest. */
  readonly valley: number;
  /** Where the loss falls fastest. */
  readonly steepest: number;
  /** A tenth of the rate with the least loss. */
  readonly minimum: number;
}

/** What a sweep suggests; null where it has too few points. Its first tenth and last five points do not count. */
export function suggestRates(sweep: readonly RatePoint[]): RateSuggestions | null {
  const points = sweep.slice(Math.floor(sweep.length / 10), -5);
  if (points.length < 5) return null;
  const losses = points.map(({ smoothedLoss }) => smoothedLoss);
  const rateAt = (index: number): number => (points[index] as RatePoint).learningRate;
  const slopes = losses
    .slice(1)
    .map((loss, i) => (loss - (losses[i] as number)) / (Math.log(rateAt(i + 1)) - Math.log(rateAt(i))));
  return {
    valley: rateAt(valleyOf(losses)),
    steepest: rateAt(slopes.indexOf(Math.min(...slopes))),
    minimum: rateAt(losses.indexOf(Math.min(...losses))) / 10,
  };
}

/** The place two thirds along the longest decreasing subsequence, counted as fastai's `valley` does. */
function valleyOf(losses: readonly number[]): number {
  const length = new Array<number>(losses.length).fill(1);
  let [start, end] = [0, 0];
  for (let i = 1; i < losses.length; i++) {
    for (let j = 0; j < i; j++) {
      const longer = (length[j] as number) + 1;
      if ((losses[i] as number) < (losses[j] as number) && (length[i] as number) < longer) length[i] = longer;
    }
    if ((length[end] as number) < (length[i] as number)) {
      end = i;
      start = Math.max(0, end - (length[end] as number));
    }
  }
  const third = (end - start) / 3;
  return start + Math.trunc(third) + Math.trunc(third / 2);
}
