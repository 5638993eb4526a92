/**
 * How the masks of several models become one: by the mean of their probabilities, by a majority of their masks, or by
 * STAPLE, which weighs each model by how well it agrees with the others (Warfield et al. 2004).
 */
import { majorityVote } from '../ground-truth/majority-vote.js';
import { staple } from '../ground-truth/staple.js';
import type { PredictedRows } from './predicted-rows.js';

export const combinations = ['mean', 'majority', 'staple'] as const;
export type Combination = (typeof combinations)[number];

/** Takes rows with the ballots of the models, and hands them on with the mask by which these are combined. */
export interface CombinedRows {
  take(rows: PredictedRows): void | Promise<void>;
  /** Hands on what had to wait for the whole image. */
  finish(): Promise<void>;
}

/**
 * Combines masks as rows come. STAPLE estimates how reliable each model is over the whole image and so keeps all of it in
 * memory. Pixels that no class wins take the one with the largest mean probability.
 */
export function combinedRows(
  combine: Combination,
  image: { readonly height: number; readonly width: number; readonly classes: number },
  onRows: (rows: PredictedRows) => void | Promise<void>,
): CombinedRows {
  const { classes } = image;
  if (combine === 'mean') return { take: onRows, finish: async () => undefined };
  if (combine === 'majority') {
    return {
      take: (rows) =>
        onRows({ ...rows, mask: decided(majorityVote(rows.ballots, { classes }), rows, classes) }),
      finish: async () => undefined,
    };
  }
  const kept: PredictedRows[] = [];
  return {
    take(rows) {
      kept.push(rows);
    },
    async finish() {
      const [first] = kept;
      if (!first) return;
      const ballots = first.ballots.map((_, voter) => {
        const whole = new Uint8Array(image.height * image.width);
        for (const rows of kept) whole.set(rows.ballots[voter] ?? [], rows.first * image.width);
        return whole;
      });
      const { mask } = staple(ballots, { classes });
      for (const rows of kept) {
        const start = rows.first * image.width;
        const own = mask.slice(start, start + rows.count * image.width);
        await onRows({ ...rows, mask: decided(own, rows, classes) });
      }
    },
  };
}

/** Classes are below `classes`; undecided pixels are not. */
function decided(voted: Uint8Array, { mask }: PredictedRows, classes: number): Uint8Array {
  return voted.map((label, pixel) => (label < classes ? label : (mask[pixel] as number)));
}
