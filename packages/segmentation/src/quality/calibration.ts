/**
 * From the Dice coefficient that a prediction estimates of itself to the one that is to be expected.
 *
 * Networks are surer of themselves than they should be, and how much so differs from data set to data set. The
 * cross-validation knows both numbers for each held-out image, estimate e and true Dice d. Between their logits a line is
 * fitted, logit(d) = a + b logit(e) + noise, by Bayesian regression with conjugate priors (Gelman et al., Bayesian Data
 * Analysis, 3rd edition, 14.8): without any image a = 0, b = 1, and each image moves them away from that as far as it
 * tells. The prediction for a new image is Student's t, of which the interval and the mean are taken.
 */
import { studentTQuantile } from './student-t.js';

/** The two numbers of a held-out image. */
export interface CalibrationPoint {
  readonly estimate: number;
  readonly dice: number;
}

export interface ExpectedDice {
  /** The mean of what is to be expected. */
  readonly dice: number;
  /** Between these the true value lies in eight of ten cases. */
  readonly low: number;
  readonly high: number;
}

/** Before any image: how far the line may lie from a = 0, b = 1, in units of the noise, and the noise itself. */
const PRIOR_VARIANCE = { a: 4, b: 0.25 } as const;
const PRIOR_SHAPE = 1.5;
const PRIOR_NOISE = 0.5;

/** How often the true value lies in the interval. */
const COVERAGE = 0.8;

/**
 * Fits what the held-out images say.
 *
 * @returns the expected Dice for an estimate; `spread` above 1 widens it, for images of which the held-out images say less.
 */
export function calibrate(
  points: readonly CalibrationPoint[],
): (estimate: number, spread?: number) => ExpectedDice {
  // Posterior precision (of a, of both, of b) and its product with the mean.
  let [aa, ab, bb] = [1 / PRIOR_VARIANCE.a, 0, 1 / PRIOR_VARIANCE.b];
  let [ya, yb] = [0, bb];
  let squares = bb;
  for (const { estimate, dice } of points) {
    const [x, y] = [logit(estimate), logit(dice)];
    aa += 1;
    ab += x;
    bb += x * x;
    ya += y;
    yb += x * y;
    squares += y * y;
  }
  const determinant = aa * bb - ab * ab;
  const a = (bb * ya - ab * yb) / determinant;
  const b = (aa * yb - ab * ya) / determinant;
  const shape = PRIOR_SHAPE + points.length / 2;
  const rest = PRIOR_SHAPE * PRIOR_NOISE ** 2 + Math.max(0, squares - a * ya - b * yb) / 2;
  const noise = rest / shape;
  const reach = studentTQuantile((1 + COVERAGE) / 2, 2 * shape);
  return (estimate, spread = 1) => {
    const x = logit(estimate);
    const leverage = (bb - 2 * ab * x + aa * x * x) / determinant;
    const deviation = spread * Math.sqrt(noise * (1 + leverage));
    const middle = a + b * x;
    return {
      // Of a normal distribution of logits, closely (MacKay 1992).
      dice: logistic(middle / Math.sqrt(1 + (Math.PI * deviation ** 2) / 8)),
      low: logistic(middle - reach * deviation),
      high: logistic(middle + reach * deviation),
    };
  };
}

/** Dice of 0 and 1 have no logit; a hundredth is as good. */
function logit(value: number): number {
  const inside = Math.min(0.99, Math.max(0.01, value));
  return Math.log(inside / (1 - inside));
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
