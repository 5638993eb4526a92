import { labelCombinations } from './label-combinations.js';

export interface BinaryStapleResult {
  /** For each rater, the probability that a true foreground pixel is marked. */
  readonly sensitivity: readonly number[];
  /** For each rater, the probability that a true background pixel is not marked. */
  readonly specificity: readonly number[];
  readonly iterations: number;
}

/**
 * The raters' sensitivity and specificity by STAPLE for two classes (Warfield et al. 2004,
 * doi:10.1109/TMI.2004.828354) as ITK's STAPLEImageFilter: it starts from the mean of the ratings, computes
 * in double precision and stops when no parameter changed by more than 1e-7. Against a foreground or a
 * background that no pixel has, a rater scores 1.
 *
 * @param ratings 0 or 1 per pixel from each rater
 * @throws RangeError when ratings do not fit each other or hold other labels.
 */
export function binaryStaple(ratings: readonly Uint8Array[]): BinaryStapleResult {
  const { raters, labels, counts } = labelCombinations(ratings, 2);
  const marked = (c: number, k: number) => labels[c * raters + k] === 1;
  const truth = Float64Array.from(counts, (_, c) => {
    const marks = labels.subarray(c * raters, (c + 1) * raters).reduce((sum, label) => sum + label, 0);
    return marks / raters;
  });
  const pixels = counts.reduce((sum, count) => sum + count, 0);
  const prior = counts.reduce((sum, count, c) => sum + count * (truth[c] as number), 0) / pixels;
  let before: { p: number; q: number }[] = [];
  for (let iterations = 0; ; iterations++) {
    const now = ratings.map((_, k) => reliability(k));
    estimateTruth(now);
    const settled = before.every(({ p, q }, k) => {
      const rater = now[k];
      return rater !== undefined && Math.abs(p - rater.p) <= 1e-7 && Math.abs(q - rater.q) <= 1e-7;
    });
    if (iterations > 0 && settled) {
      return { sensitivity: now.map(({ p }) => p), specificity: now.map(({ q }) => q), iterations };
    }
    before = now;
  }

  function reliability(k: number): { p: number; q: number } {
    let [foreground, background, found, spared] = [0, 0, 0, 0];
    for (const [c, count] of counts.entries()) {
      const weight = count * (truth[c] as number);
      foreground += weight;
      background += count - weight;
      if (marked(c, k)) found += weight;
      else spared += count - weight;
    }
    return {
      p: foreground === 0 ? 1 : found / foreground,
      q: background === 0 ? 1 : spared / background,
    };
  }

  function estimateTruth(reliabilities: readonly { p: number; q: number }[]): void {
    for (let c = 0; c < truth.length; c++) {
      let foreground = prior;
      let background = 1 - prior;
      for (const [k, { p, q }] of reliabilities.entries()) {
        foreground *= marked(c, k) ? p : 1 - p;
        background *= marked(c, k) ? 1 - q : q;
      }
      if (foreground + background > 0) truth[c] = foreground / (foreground + background);
    }
  }
}
