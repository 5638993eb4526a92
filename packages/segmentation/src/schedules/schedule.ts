/** How learning rate and momentum go along a training. */
import { alongCosine, oneCycle } from './one-cycle.js';

/** The best choice for most comes first. */
export const scheduleNames = ['one-cycle', 'fine-tune', 'cosine', 'constant'] as const;

export type ScheduleName = (typeof scheduleNames)[number];

export interface ScheduleSettings {
  readonly schedule: ScheduleName;
  readonly steps: number;
  /** The highest learning rate. */
  readonly learningRate: number;
  /** Momentum (Adam's first beta) at the start and the end. */
  readonly momentum: number;
  /** For fine-tune: the part of the steps in which the encoder does not learn. */
  readonly frozenPart: number;
}

/** What the optimiser uses in one step. */
export interface SchedulePoint {
  readonly learningRate: number;
  readonly momentum: number;
  /** By which the learning rate of the encoder is multiplied. */
  readonly encoderFactor: number;
}

/** In fine-tune the encoder learns so many times slower than the rest, as in fastai. */
const ENCODER_DIVISOR = 100;

/**
 * The schedule of a training, by step from 0.
 *
 * - `one-cycle`: see `oneCycle`.
 * - `fine-tune`: fastai's `fine_tune`. First the encoder is frozen and the rest learns at up to the full rate; then all
 *   of it learns in one cycle at up to half that rate, the encoder a hundredth of it.
 * - `cosine`: from the full rate along half a cosine towards 0 (Loshchilov and Hutter 2017, without restarts).
 * - `constant`: the full rate to the end.
 *
 * @throws RangeError for settings out of range.
 */
export function scheduleOf(settings: ScheduleSettings): (step: number) => SchedulePoint {
  const { schedule, steps, learningRate, momentum, frozenPart } = settings;
  const swing = [momentum, Math.max(momentum - 0.1, 0), momentum] as const;
  if (schedule === 'fine-tune') {
    const frozen = Math.min(Math.round(frozenPart * steps), steps - 1);
    const rest = oneCycle({
      ...{ steps: steps - frozen, peak: learningRate / 2, warmup: 0.3, startDivisor: 5 },
      momentum: swing,
    });
    const slowly = (step: number): SchedulePoint => ({ ...rest(step), encoderFactor: 1 / ENCODER_DIVISOR });
    if (frozen < 1) return slowly;
    const first = oneCycle({ steps: frozen, peak: learningRate, warmup: 0.99, momentum: swing });
    return (step) => (step < frozen ? { ...first(step), encoderFactor: 0 } : slowly(step - frozen));
  }
  if (schedule === 'one-cycle') {
    const cycle = oneCycle({ steps, peak: learningRate, momentum: swing });
    return (step) => ({ ...cycle(step), encoderFactor: 1 });
  }
  const rate = (step: number): number =>
    schedule === 'constant' ? learningRate : alongCosine(learningRate, 0, Math.min(step / steps, 1));
  return (step) => ({ learningRate: rate(step), momentum, encoderFactor: 1 });
}
