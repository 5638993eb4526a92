import { mapBytes } from './label-bytes.js';
import { type LabelCombinations, labelCombinations } from './label-combinations.js';

export interface VoteOptions {
  /** Number of classes; labels are 0 to `classes - 1`. */
  readonly classes: number;
  /** The label of pixels without a single winner, 0 to 255. Default: `classes`, as in ITK. */
  readonly undecided?: number;
}

/**
 * The label that most raters gave each pixel, as ITK's LabelVotingImageFilter: where two or more labels have
 * the most votes, the pixel is undecided.
 *
 * @param ratings one label per pixel from each rater
 * @returns one label per pixel
 * @throws RangeError as {@link labelCombinations}, and for an undecided label that does not fit a byte.
 */
export function majorityVote(ratings: readonly Uint8Array[], options: VoteOptions): Uint8Array {
  const undecided = undecidedLabel(options);
  const combinations = labelCombinations(ratings, options.classes);
  return spread(combinations, winners(combinations, undecided));
}

/** @throws RangeError when the label does not fit a byte. */
export function undecidedLabel({ classes, undecided = classes }: VoteOptions): number {
  if (Number.isInteger(undecided) && undecided >= 0 && undecided <= 255) return undecided;
  throw new RangeError(`The label of undecided pixels must be an integer from 0 to 255, not ${undecided}.`);
}

/** The label with the most votes in each combination, `undecided` where several have as many. */
export function winners(
  { raters, classes, labels, counts }: LabelCombinations,
  undecided: number,
): Uint8Array {
  const votes = new Uint32Array(classes);
  return Uint8Array.from(counts, (_, combination) => {
    votes.fill(0);
    for (let k = 0; k < raters; k++) {
      const label = labels[combination * raters + k] as number;
      votes[label] = (votes[label] as number) + 1;
    }
    return singleMaximum(votes) ?? undecided;
  });
}

/** The index of the largest value above 0 that no other value equals. */
export function singleMaximum(values: Uint32Array | Float64Array): number | undefined {
  let best = 0;
  let index: number | undefined;
  for (const [i, value] of values.entries()) {
    if (value > best) {
      best = value;
      index = i;
    } else if (value === best) {
      index = undefined;
    }
  }
  return index;
}

/** Gives every pixel the label of its combination. */
export function spread({ ofPixel }: LabelCombinations, ofCombination: Uint8Array): Uint8Array {
  if (ofPixel instanceof Uint8Array) return mapBytes(ofPixel, ofCombination);
  const mask = new Uint8Array(ofPixel.length);
  for (let i = 0; i < mask.length; i++) mask[i] = ofCombination[ofPixel[i] as number] as number;
  return mask;
}
