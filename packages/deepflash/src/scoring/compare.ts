/** Whether one folder of predictions is better than another on the same images. */
import { signedRankTest } from '@deepflash/segmentation';
import { mean } from '../runs/validation-results.js';
import type { FolderScore } from './score-folders.js';
import { type ImageScore, MEASURES, type Measure } from './score-image.js';

/** Two predictions of the same images in one measure; images in which either lacks it are left out. */
export interface Comparison {
  readonly measure: Measure;
  /** Images that are compared. */
  readonly images: number;
  readonly mean: number | null;
  /** The mean of the other predictions. */
  readonly meanAgainst: number | null;
  /** Mean and median over the images of the first minus the second. */
  readonly difference: number | null;
  readonly medianDifference: number | null;
  /** Images in which the first is better, the second is better, and both are equal. */
  readonly better: number;
  readonly worse: number;
  readonly equal: number;
  /** Of Wilcoxon's signed-rank test: see `signedRankTest`. */
  readonly statistic: number;
  readonly pValue: number;
  readonly method: string;
}

/** Of these, less is better. */
const ERRORS: readonly Measure[] = ['hausdorff95', 'surfaceDistance', 'countError'];

/** Compares the images that both have, which are those with the same true mask, measure by measure. */
export function compareScores(first: FolderScore, second: FolderScore): Comparison[] {
  const others = new Map(second.results.map((result) => [result.mask, result]));
  const pairs = first.results.flatMap((one) => {
    const other = others.get(one.mask);
    return other === undefined ? [] : [{ one, other }];
  });
  return MEASURES.map((measure) => compareMeasure(measure, pairs));
}

function compareMeasure(
  measure: Measure,
  pairs: readonly { readonly one: ImageScore; readonly other: ImageScore }[],
): Comparison {
  const values = pairs.flatMap(({ one, other }) => {
    const [a, b] = [one[measure], other[measure]];
    // Equal scores that were added up in another order are equal.
    return a === null || b === null ? [] : [{ a, b, difference: Math.round((a - b) * 1e12) / 1e12 }];
  });
  const differences = values.map(({ difference }) => difference);
  const sign = ERRORS.includes(measure) ? -1 : 1;
  const { statistic, pValue, method } = signedRankTest(differences);
  return {
    measure,
    images: values.length,
    mean: mean(values.map(({ a }) => a)),
    meanAgainst: mean(values.map(({ b }) => b)),
    difference: mean(differences),
    medianDifference: medianOf(differences),
    better: differences.filter((difference) => sign * difference > 0).length,
    worse: differences.filter((difference) => sign * difference < 0).length,
    equal: differences.filter((difference) => difference === 0).length,
    statistic,
    pValue,
    method,
  };
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return mean(sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1));
}
