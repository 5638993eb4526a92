/**
 * Sums as ITK forms them: its STAPLE adds the weights of a million pixels one after the other in single
 * precision, and the rounding shifts its confusion matrices in the third or fourth digit. While a sum stays
 * between two powers of two, every addition of the same weight adds the same rounded step, so that many
 * additions are one multiplication.
 */

/** Pixels of one combination of labels that follow one another, or nearly so. */
export interface PixelRun {
  readonly combination: number;
  readonly count: number;
}

/** Counts combinations in consecutive stretches of pixels; within a stretch their order is not kept. */
export function pixelRuns(ofPixel: Uint32Array, combinations: number, stretch = 4096): PixelRun[] {
  const runs: PixelRun[] = [];
  const counts = new Uint32Array(combinations);
  for (let start = 0; start < ofPixel.length; start += stretch) {
    const stop = Math.min(start + stretch, ofPixel.length);
    counts.fill(0);
    for (let i = start; i < stop; i++) {
      const c = ofPixel[i] as number;
      counts[c] = (counts[c] as number) + 1;
    }
    for (const [combination, count] of counts.entries()) if (count > 0) runs.push({ combination, count });
  }
  return runs;
}

/** The single-precision sum after adding `weight`, rounded to single precision, `times` times. */
export function addRepeatedly(sum: number, weight: number, times: number): number {
  const addend = Math.fround(weight);
  let result = sum;
  for (let left = times; left > 0; ) {
    const next = Math.fround(result + addend);
    if (next === result) return result;
    result = next;
    left--;
    const step = Math.fround(result + addend) - result;
    const powerOfTwo = 2 ** (Math.floor(Math.log2(result)) + 1);
    const repeats = step === 0 ? left : Math.min(left, Math.floor((powerOfTwo - result) / step));
    result = Math.fround(result + repeats * step);
    left -= repeats;
  }
  return result;
}
