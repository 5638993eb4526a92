// The signed-rank test of F. Wilcoxon (1945) for pairs, such as the scores of two methods on the same images: the
// differences are ranked by their size, and the ranks of the positive ones are added up. If neither method is better,
// each rank is as likely positive as negative. For few pairs all 2ⁿ possibilities are counted, by how many sets of the
// ranks 1 … n have each sum; for many, or where equal sizes share a rank, the sum is close to normal.
// Choices follow `scipy.stats.wilcoxon` (1.13 and later): zeros are left out, ties correct the variance, and there
// is no correction for continuity.

export interface SignedRankTest {
  /** Pairs that differ. */
  readonly pairs: number;
  /** The smaller of the two sums of ranks. */
  readonly statistic: number;
  /** Probability of a sum as far from the middle or farther, were the two alike. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal approximation' | 'no difference';
}

/** More pairs than these are approximated. */
const EXACT_PAIRS = 50;

/** Whether paired numbers differ, either way. Without any difference the p-value is 1. */
export function signedRankTest(differences: readonly number[]): SignedRankTest {
  const real = differences.filter((difference) => difference !== 0);
  if (real.length === 0) return { pairs: 0, statistic: 0, pValue: 1, method: 'no difference' };
  const { positive, negative, ties } = rankSums(real);
  const statistic = Math.min(positive, negative);
  const found = { pairs: real.length, statistic };
  if (differences.length <= EXACT_PAIRS && real.length === differences.length && ties === 0) {
    return { ...found, pValue: exactProbability(real.length, statistic), method: 'exact' };
  }
  const n = real.length;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24);
  const z = (statistic - (n * (n + 1)) / 4) / deviation;
  return { ...found, pValue: bothTails(z), method: 'normal approximation' };
}

/** Equal sizes have the mean of their ranks; `ties` is the sum of t³ - t over groups of t equal ones. */
function rankSums(differences: readonly number[]) {
  const sorted = [...differences].sort((a, b) => Math.abs(a) - Math.abs(b));
  let [positive, negative, ties] = [0, 0, 0];
  for (let start = 0; start < sorted.length; ) {
    const size = Math.abs(sorted[start] as number);
    let stop = start + 1;
    while (stop < sorted.length && Math.abs(sorted[stop] as number) === size) stop++;
    const rank = (start + 1 + stop) / 2;
    for (const difference of sorted.slice(start, stop)) {
      if (difference > 0) positive += rank;
      else negative += rank;
    }
    ties += (stop - start) ** 3 - (stop - start);
    start = stop;
  }
  return { positive, negative, ties };
}

function exactProbability(pairs: number, statistic: number): number {
  const sets = new Float64Array((pairs * (pairs + 1)) / 2 + 1);
  sets[0] = 1;
  for (let rank = 1; rank <= pairs; rank++) {
    for (let sum = sets.length - 1; sum >= rank; sum--) {
      sets[sum] = (sets[sum] as number) + (sets[sum - rank] as number);
    }
  }
  let below = 0;
  for (let sum = 0; sum <= statistic; sum++) below += sets[sum] as number;
  return Math.min(1, (2 * below) / 2 ** pairs);
}

/**
 * The probability that a standard normal number is at least |z| away from 0, which is erfc(|z| / √2): near 0 by the
 * series of the error function, further out by its continued fraction (Abramowitz and Stegun, 7.1.6 and 7.1.14).
 */
function bothTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const density = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2.5) {
    let term = 2 * x;
    let sum = term;
    for (let n = 1; term > sum * Number.EPSILON; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - density * sum;
  }
  let fraction = x;
  for (let n = 80; n > 0; n--) fraction = x + n / 2 / fraction;
  return density / fraction;
}
