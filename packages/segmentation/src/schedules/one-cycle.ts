/**
 * The one-cycle policy (Smith, 2018: "A disciplined approach to neural network hyper-parameters") as
 * fastai's `fit_one_cycle` defines it: along half cosines the learning rate rises to its peak and falls to
 * almost nothing while the momentum falls and rises.
 */
export interface OneCycleSettings {
  /** Number of training steps. */
  readonly steps: number;
  /** The largest learning rate. */
  readonly peak: number;
  /** The part of the steps in which the learning rate rises: above 0, below 1. */
  readonly warmup?: number;
  /** The first learning rate is the peak divided by this. */
  readonly startDivisor?: number;
  /** The last learning rate approaches the peak divided by this. */
  readonly finalDivisor?: number;
  /** Momentum (Adam's first beta) at the start, at the peak and at the end. */
  readonly momentum?: readonly [start: number, peak: number, final: number];
}

/** What the optimiser uses in one step. */
export interface OneCyclePoint {
  readonly learningRate: number;
  readonly momentum: number;
}

/**
 * The schedule of a training of `steps` steps, counted from 0. Step k stands at k / steps of the way, so
 * the very end is approached but not reached, as in fastai; later steps stay at the end.
 *
 * @throws RangeError for settings out of range.
 */
export function oneCycle(settings: OneCycleSettings): (step: number) => OneCyclePoint {
  const { steps, peak, warmup = 0.25, startDivisor = 25, finalDivisor = 1e5 } = settings;
  const [momentumStart, momentumPeak, momentumFinal] = settings.momentum ?? [0.95, 0.85, 0.95];
  if (!(steps >= 1)) throw new RangeError(`A training needs at least 1 step, not ${steps}.`);
  if (!(peak > 0)) throw new RangeError(`The learning rate must be above 0, not ${peak}.`);
  if (!(warmup > 0 && warmup < 1))
    throw new RangeError(`The warm-up must lie between 0 and 1, not at ${warmup}.`);

  return (step) => {
    const way = Math.min(Math.max(step / steps, 0), 1);
    if (way < warmup) {
      return {
        learningRate: alongCosine(peak / startDivisor, peak, way / warmup),
        momentum: alongCosine(momentumStart, momentumPeak, way / warmup),
      };
    }
    const rest = (way - warmup) / (1 - warmup);
    return {
      learningRate: alongCosine(peak, peak / finalDivisor, rest),
      momentum: alongCosine(momentumPeak, momentumFinal, rest),
    };
  };
}

/** From `start` to `end` along half a cosine; `way` goes from 0 to 1. */
export function alongCosine(start: number, end: number, way: number): number {
  return start + ((1 - Math.cos(Math.PI * way)) / 2) * (end - start);
}
