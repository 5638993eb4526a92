/**
 * STAPLE: the hidden true mask and how reliable each rater is, estimated together by expectation
 * maximisation (Warfield et al. 2004, doi:10.1109/TMI.2004.828354; for many classes Rohlfing et al. 2003,
 * doi:10.1007/978-3-540-45087-0_18), with the start, the order of steps and the end of ITK's
 * MultiLabelSTAPLEImageFilter.
 *
 * Given what is known of the raters, the probability that a pixel is of class s follows from the labels j
 * that raters k gave it: w(s) = prior(s) * product over k of confusion[k][j][s], scaled to sum 1 (E step).
 * Given those probabilities, confusion[k][j][s] is the sum of w(s) over the pixels to which k gave j,
 * divided by the sum of w(s) over all pixels (M step).
 */
import { type LabelCombinations, labelCombinations } from './label-combinations.js';
import { singleMaximum, spread, undecidedLabel, type VoteOptions, winners } from './majority-vote.js';
import { addRepeatedly, type PixelRun, pixelRuns } from './single-precision.js';

export interface StapleOptions extends VoteOptions {
  /** Stop after so many iterations at the latest. Default: no limit, as in ITK. */
  readonly maxIterations?: number;
  /** Stop when every element of the confusion matrices changed by less. Default: 1e-5, as in ITK. */
  readonly threshold?: number;
  /**
   * `single` rounds the sums over pixels as ITK does, so that the confusion matrices agree with ITK's; at
   * 2^24 pixels such sums stand still. `double` is exact. Masks rarely differ. Default: `single` for images
   * of up to 2^22 pixels, else `double`.
   */
  readonly precision?: 'single' | 'double';
}

export interface StapleResult {
  /** The most probable label of each pixel, or the undecided label where several are equally probable. */
  readonly mask: Uint8Array;
  /** The probability of each class at each pixel, `[classes, pixels]`; computed when called. */
  readonly probabilities: () => Float32Array;
  /**
   * One matrix per rater, in their order: the probability that the rater gives the label of the row to a
   * pixel whose true label is that of the column. The last row, which ITK has for undecided ratings, is 0;
   * so is the column of a class that the consensus does not contain.
   */
  readonly confusion: readonly (readonly number[][])[];
  /** The number of times that the confusion matrices were estimated. */
  readonly iterations: number;
  /** Whether the matrices settled before the iterations ran out. */
  readonly converged: boolean;
}

/**
 * Estimates the consensus of several raters.
 *
 * @param ratings one label per pixel from each rater, 0 to `classes - 1`
 * @throws RangeError as {@link labelCombinations}, and for an undecided label that does not fit a byte.
 */
export function staple(ratings: readonly Uint8Array[], options: StapleOptions): StapleResult {
  const undecided = undecidedLabel(options);
  const { classes, maxIterations = Number.POSITIVE_INFINITY, threshold = 1e-5 } = options;
  const combinations = labelCombinations(ratings, classes);
  const { precision = combinations.ofPixel.length <= 2 ** 22 ? 'single' : 'double' } = options;
  const runs =
    precision === 'single' ? pixelRuns(combinations.ofPixel, combinations.counts.length) : undefined;
  const prior = priorProbabilities(combinations);
  let confusion = confusionWithVote(combinations);
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < maxIterations) {
    const updated = estimateConfusion(combinations, estimateTruth(combinations, prior, confusion), runs);
    converged = largestChange(confusion, updated) < threshold;
    confusion = updated;
    iterations++;
  }
  const truth = estimateTruth(combinations, prior, confusion);
  const labels = Uint8Array.from(
    combinations.counts,
    (_, c) => singleMaximum(truth.subarray(c * classes, (c + 1) * classes)) ?? undecided,
  );
  return {
    mask: spread(combinations, labels),
    probabilities: () => spreadProbabilities(combinations, truth),
    confusion: nested(confusion, classes),
    iterations,
    converged,
  };
}

/** The share of each label in all ratings. */
function priorProbabilities({ raters, classes, labels, counts }: LabelCombinations): Float64Array {
  const prior = new Float64Array(classes);
  let total = 0;
  for (const [c, count] of counts.entries()) {
    for (let k = 0; k < raters; k++) add(prior, labels[c * raters + k] as number, count);
    total += count * raters;
  }
  return prior.map((value) => value / total);
}

/**
 * The start: how often the majority vote chose each class where a rater gave a label. As in ITK, rows and
 * not columns have the sum 1, and pixels without a winner count for class 0 of the next row.
 */
function confusionWithVote(combinations: LabelCombinations): Float64Array {
  const { raters, classes, labels, counts } = combinations;
  const votes = winners(combinations, classes);
  const confusion = new Float64Array(raters * (classes + 1) * classes);
  for (const [c, count] of counts.entries()) {
    for (let k = 0; k < raters; k++) {
      const row = k * (classes + 1) + (labels[c * raters + k] as number);
      add(confusion, row * classes + (votes[c] as number), count);
    }
  }
  for (let row = 0; row < raters * (classes + 1); row++) {
    scaleToSumOne(confusion.subarray(row * classes, (row + 1) * classes));
  }
  return confusion;
}

/** E step: the probability of each class in each combination, `[combinations, classes]`. */
function estimateTruth(
  { raters, classes, labels, counts }: LabelCombinations,
  prior: Float64Array,
  confusion: Float64Array,
): Float64Array {
  const truth = new Float64Array(counts.length * classes);
  for (let c = 0; c < counts.length; c++) {
    const weights = truth.subarray(c * classes, (c + 1) * classes);
    weights.set(prior);
    for (let k = 0; k < raters; k++) {
      const row = (k * (classes + 1) + (labels[c * raters + k] as number)) * classes;
      for (let s = 0; s < classes; s++) weights[s] = (weights[s] as number) * (confusion[row + s] as number);
    }
    scaleToSumOne(weights);
  }
  return truth;
}

/** M step: confusion matrices, `[raters, classes + 1, classes]`, with exact sums or as `runs` are rounded. */
function estimateConfusion(
  combinations: LabelCombinations,
  truth: Float64Array,
  runs: readonly PixelRun[] | undefined,
): Float64Array {
  const { raters, classes } = combinations;
  const confusion = runs ? roundedSums(combinations, truth, runs) : exactSums(combinations, truth);
  for (let k = 0; k < raters; k++) {
    const matrix = confusion.subarray(k * (classes + 1) * classes, (k + 1) * (classes + 1) * classes);
    for (let s = 0; s < classes; s++) {
      let total = 0;
      for (let j = s; j < matrix.length; j += classes) total += matrix[j] as number;
      if (total > 0)
        for (let j = s; j < matrix.length; j += classes) matrix[j] = (matrix[j] as number) / total;
    }
  }
  return confusion;
}

/** The weights of the classes, summed for each rater over the pixels to which the rater gave each label. */
function exactSums(
  { raters, classes, labels, counts }: LabelCombinations,
  truth: Float64Array,
): Float64Array {
  const sums = new Float64Array(raters * (classes + 1) * classes);
  for (const [c, count] of counts.entries()) {
    for (let k = 0; k < raters; k++) {
      const row = (k * (classes + 1) + (labels[c * raters + k] as number)) * classes;
      for (let s = 0; s < classes; s++) add(sums, row + s, count * (truth[c * classes + s] as number));
    }
  }
  return sums;
}

/** The same sums in single precision and in the order of the pixels. */
function roundedSums(
  { raters, classes, labels }: LabelCombinations,
  truth: Float64Array,
  runs: readonly PixelRun[],
): Float64Array {
  const sums = new Float64Array(raters * (classes + 1) * classes);
  const addends = Float32Array.from(truth);
  for (const { combination: c, count } of runs) {
    for (let k = 0; k < raters; k++) {
      const row = (k * (classes + 1) + (labels[c * raters + k] as number)) * classes;
      for (let s = 0; s < classes; s++) {
        sums[row + s] = addRepeatedly(sums[row + s] as number, addends[c * classes + s] as number, count);
      }
    }
  }
  return sums;
}

function largestChange(before: Float64Array, after: Float64Array): number {
  return before.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (after[i] as number))), 0);
}

function add(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] as number) + value;
}

function scaleToSumOne(values: Float64Array): void {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum > 0) for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / sum;
}

function spreadProbabilities({ classes, ofPixel }: LabelCombinations, truth: Float64Array): Float32Array {
  const pixels = ofPixel.length;
  const probabilities = new Float32Array(classes * pixels);
  for (let s = 0; s < classes; s++) {
    for (let i = 0; i < pixels; i++) {
      probabilities[s * pixels + i] = truth[(ofPixel[i] as number) * classes + s] as number;
    }
  }
  return probabilities;
}

function nested(confusion: Float64Array, classes: number): number[][][] {
  const row = (index: number) => Array.from(confusion.subarray(index * classes, (index + 1) * classes));
  const raters = confusion.length / ((classes + 1) * classes);
  return Array.from({ length: raters }, (_, k) =>
    Array.from({ length: classes + 1 }, (_, j) => row(k * (classes + 1) + j)),
  );
}
