/** How the numbers of two implementations are compared. */

/** How far answers in single precision may be from the reference's in double precision. */
export const limits = {
  /** Of a logit, for the standard deviation of all. */
  logits: 1e-3,
  /** Of a logit in training, where batch normalisation carries each rounding error through the whole batch. */
  trainingLogits: 1e-2,
  crossEntropy: 1e-4,
  /** Of a gradient's norm, for the norm. */
  gradientNorm: 0.01,
  /**
   * Beside that, for the largest norm of all: where batch normalisation takes a bias away again its gradient is zero,
   * and single precision leaves some noise of it.
   */
  gradientNoise: 1e-4,
} as const;

/** One kind of numbers that were compared. */
export interface Comparison {
  readonly what: string;
  /** How many of them. */
  readonly count: number;
  /** The largest deviation, and where. */
  readonly largest: number;
  readonly at: string;
  readonly limit: number;
  /** How many deviate by more, but not more than the last digits of the image decide by themselves. */
  readonly undecided: number;
}

/** How far one of two numbers is from the other. */
export interface Deviation {
  readonly at: string;
  readonly deviation: number;
  /** Part of it that single precision explains; default: none. */
  readonly explained?: number;
}

/** The largest of the deviations that nothing explains. */
export function largest(what: string, limit: number, found: readonly Deviation[]): Comparison {
  // What is no number is the largest of all.
  const size = ({ deviation }: Deviation): number => (Number.isNaN(deviation) ? Infinity : deviation);
  const explained = ({ explained: part = 0 }: Deviation): number => (Number.isFinite(part) ? part : 0);
  const decided = found.filter((each) => size(each) <= limit || size(each) - explained(each) > limit);
  const worst = decided.reduce((most, next) => (size(next) > size(most) ? next : most), {
    at: '',
    deviation: 0,
  });
  const undecided = found.length - decided.length;
  return { what, count: found.length, largest: size(worst), at: worst.at, limit, undecided };
}
