import { confusion, overlapScores } from '../metrics/overlap.js';

/** How well a rater agrees with the consensus; each number is the mean over the foreground classes. */
export interface RaterAccount {
  readonly dice: number;
  readonly iou: number;
  /** The share of a class's pixels in the consensus that the rater marked. */
  readonly sensitivity: number;
  /** The share of all other pixels in the consensus that the rater left out. */
  readonly specificity: number;
}

/**
 * Compares a rater with the consensus, one label per pixel each. Pixels that the consensus leaves undecided
 * (labels of `classes` and more) do not count. Where a share is of nothing it is 1: Dice and IoU if neither
 * has the class, the sensitivity if the consensus lacks the class, the specificity if it has nothing else.
 *
 * @throws RangeError when lengths differ or the rater gave a label that is not below `classes`.
 */
export function accountOfRater(rating: Uint8Array, consensus: Uint8Array, classes: number): RaterAccount {
  if (rating.length !== consensus.length) {
    throw new RangeError(`The rating has ${rating.length} pixels, the consensus ${consensus.length}.`);
  }
  const decided = decidedPixels(rating, consensus, classes);
  const result = confusion(decided.rating, decided.consensus, classes);
  const { dice, iou } = overlapScores(result);
  const { counts } = result;
  const total = counts.reduce((sum, n) => sum + n, 0);
  let sensitivity = 0;
  let specificity = 0;
  for (let k = 1; k < classes; k++) {
    let truth = 0;
    let given = 0;
    for (let other = 0; other < classes; other++) {
      truth += counts[k * classes + other] as number;
      given += counts[other * classes + k] as number;
    }
    const found = counts[k * classes + k] as number;
    sensitivity += share(found, truth) / (classes - 1);
    specificity += share(total - truth - given + found, total - truth) / (classes - 1);
  }
  return { dice, iou, sensitivity, specificity };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function decidedPixels(rating: Uint8Array, consensus: Uint8Array, classes: number) {
  const all = consensus.every((label) => label < classes);
  const asMask = (data: Uint8Array) => ({ width: data.length, height: 1, data });
  const keep = (data: Uint8Array) =>
    asMask(all ? data : data.filter((_, i) => (consensus[i] as number) < classes));
  return { rating: keep(rating), consensus: keep(consensus) };
}
