import { overlapScores } from '../metrics/overlap.js';
import { labelCombinations } from './label-combinations.js';

/**
 * Fleiss' kappa: how much more often raters agree on a pixel than they would by chance, if each drew labels
 * with their overall frequencies (Fleiss 1971, doi:10.1037/h0031619). 1 is full agreement, also where all
 * pixels have the same label; 0 is chance.
 *
 * @param ratings one label per pixel from each of two raters or more
 * @throws RangeError for fewer than two raters, no pixels, or ratings that do not fit each other.
 */
export function fleissKappa(ratings: readonly Uint8Array[], classes: number): number {
  const { pairs, totals, values } = agreementCounts(ratings, classes);
  const expected = totals.reduce((sum, total) => sum + (total / values) ** 2, 0);
  return expected === 1 ? 1 : (pairs / values - expected) / (1 - expected);
}

/**
 * Krippendorff's alpha for nominal data: 1 minus observed over expected disagreement, where pixels count
 * that two raters or more have labelled (Krippendorff 2011, "Computing Krippendorff's alpha-reliability").
 * 1 is full agreement, also where all pixels have the same label; 0 is chance.
 *
 * @param missing a value not below `classes` that marks pixels which a rater did not label
 * @throws RangeError for fewer than two raters, no pixel with two labels, or ratings that do not fit.
 */
export function krippendorffAlpha(ratings: readonly Uint8Array[], classes: number, missing?: number): number {
  const { pairs, totals, values } = agreementCounts(ratings, classes, missing);
  const expected = totals.reduce((sum, total) => sum + total * (values - total), 0) / (values * (values - 1));
  return expected === 0 ? 1 : 1 - (1 - pairs / values) / expected;
}

/**
 * Dice of each pair of raters, mean over the foreground classes, `[rater][rater]`. A class that neither of
 * them gave counts 1.
 *
 * @throws RangeError when ratings do not fit each other.
 */
export function pairwiseDice(ratings: readonly Uint8Array[], classes: number): number[][] {
  const { raters, labels, counts } = labelCombinations(ratings, classes);
  return ratings.map((_, a) =>
    ratings.map((__, b) => {
      const pairs = new Float64Array(classes * classes);
      for (const [c, count] of counts.entries()) {
        const cell = (labels[c * raters + a] as number) * classes + (labels[c * raters + b] as number);
        pairs[cell] = (pairs[cell] as number) + count;
      }
      return overlapScores({ classes, counts: pairs }).dice;
    }),
  );
}

interface AgreementCounts {
  /** Sum over pixels with m >= 2 labels: ordered pairs of raters who agree, divided by m - 1. */
  readonly pairs: number;
  /** The number of these labels of each class. */
  readonly totals: readonly number[];
  readonly values: number;
}

function agreementCounts(ratings: readonly Uint8Array[], classes: number, missing?: number): AgreementCounts {
  if (ratings.length < 2) throw new RangeError('Agreement needs two raters or more.');
  const given = missing === undefined ? ratings : ratings.map((r) => replace(r, missing, classes));
  const codes = missing === undefined ? classes : classes + 1;
  const { raters, labels, counts } = labelCombinations(given, codes);
  const totals: number[] = Array(classes).fill(0);
  let pairs = 0;
  let values = 0;
  for (const [c, count] of counts.entries()) {
    const votes: number[] = Array(codes).fill(0);
    for (const label of labels.subarray(c * raters, (c + 1) * raters)) votes[label] = (votes[label] ?? 0) + 1;
    const ofClasses = votes.slice(0, classes);
    const present = ofClasses.reduce((sum, n) => sum + n, 0);
    if (present < 2) continue;
    values += count * present;
    for (const [label, n] of ofClasses.entries()) {
      pairs += (count * n * (n - 1)) / (present - 1);
      totals[label] = (totals[label] ?? 0) + count * n;
    }
  }
  if (values === 0) throw new RangeError('There is no pixel that two raters labelled.');
  return { pairs, totals, values };
}

function replace(rating: Uint8Array, from: number, to: number): Uint8Array {
  if (from < to) throw new RangeError(`The value of missing labels must not be below ${to}, but is ${from}.`);
  return rating.map((label) => (label === from ? to : label));
}
