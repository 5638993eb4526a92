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

export interface DiceEstimator {
  add(rows: Pick<PredictedRows, 'probabilities' | 'mask'>): void;
  /** The estimate, 0 to 1: the mean over the classes above 0. */
  result(): number;
}

/** Gathers the estimate of one image from its rows. */
export function diceEstimator(classes: number): DiceEstimator {
  const shared = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const expected = new Float64Array(classes);
  return {
    add({ probabilities, mask }) {
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
        shared[k] = (shared[k] as number) + inMask;
        predicted[k] = (predicted[k] as number) + pixels;
        expected[k] = (expected[k] as number) + all;
      }
    },
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
