/**
 * The Dice coefficient that a prediction expects of itself.
 *
 * If every probability p were right and pixels were independent, the mask M would share Σ_M p pixels with the truth, which
 * would have Σ p of them, so that Dice would be about
 *
 *     2 Σ_M p / (|M| + Σ p).
 *
 * Unlike deepFlash2's uncertainty score, the mean uncertainty of the predicted foreground, it is defined where nothing was
 * predicted, and it falls with objects that were half seen and left out: they count in Σ p. An object's worth of pixels
 * is added above and below the line, so that an image that is surely empty has 1 and traces of doubt weigh little.
 */
import type { PredictedRows } from '../prediction/predicted-rows.js';

/** Pixels of a small object, added to numerator and denominator. */
const SMALL_OBJECT = 64;

/** What some rows tell of each class above 0, as plain numbers that can be written down. */
export interface DiceShares {
  /** Sum of the class's probabilities within its mask, pixels of its mask, and the sum of all its probabilities. */
  readonly shared: readonly number[];
  readonly predicted: readonly number[];
  readonly expected: readonly number[];
}

export interface DiceEstimator {
  add(rows: Pick<PredictedRows, 'probabilities' | 'mask'>): void;
  /** As `add` of the rows of which these are: the same sums in the same order give the same estimate. */
  addShares(shares: DiceShares): void;
  /** The estimate, 0 to 1: the mean over the classes above 0. */
  result(): number;
}

/** What rows of so many classes tell. */
export function diceShares(
  { probabilities, mask }: Pick<PredictedRows, 'probabilities' | 'mask'>,
  classes: number,
): DiceShares {
  const [shared, predicted, expected]: [number[], number[], number[]] = [[], [], []];
  for (let k = 1; k < classes; k++) {
    const start = k * mask.length;
    let [inMask, pixels, all] = [0, 0, 0];
    for (let i = 0; i < mask.length; i++) {
      const p = probabilities[start + i] as number;
      all += p;
      if (mask[i] !== k) continue;
      inMask += p;
      pixels++;
    }
    shared.push(inMask);
    predicted.push(pixels);
    expected.push(all);
  }
  return { shared, predicted, expected };
}

/** Gathers the estimate of one image from its rows. */
export function diceEstimator(classes: number): DiceEstimator {
  const shared = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const expected = new Float64Array(classes);
  const addShares = (shares: DiceShares): void => {
    for (let k = 1; k < classes; k++) {
      shared[k] = (shared[k] as number) + (shares.shared[k - 1] ?? 0);
      predicted[k] = (predicted[k] as number) + (shares.predicted[k - 1] ?? 0);
      expected[k] = (expected[k] as number) + (shares.expected[k - 1] ?? 0);
    }
  };
  return {
    add: (rows) => addShares(diceShares(rows, classes)),
    addShares,
    result() {
      let sum = 0;
      for (let k = 1; k < classes; k++) {
        const both = (predicted[k] as number) + (expected[k] as number);
        sum += (2 * (shared[k] as number) + SMALL_OBJECT) / (both + SMALL_OBJECT);
      }
      return sum / (classes - 1);
    },
  };
}
