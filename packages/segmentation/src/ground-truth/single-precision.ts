/**
 * Sums as ITK forms them: its STAPLE adds the weights of a million pixels one after the other in single
 * precision, and the rounding shifts its confusion matrices in the third or fourth digit. While a sum stays
 * between two powers of two, every addition of the same weight adds the same rounded step, so that many
 * additions are one multiplication.
 */
import { countBytes } from './label-bytes.js';

/** Pixels of one combination of labels that follow one another, or nearly so. */
export interface PixelRun {
  readonly combination: number;
  readonly count: number;
}

/** Counts combinations in consecutive stretches of pixels; within a stretch their order is not kept. */
export function pixelRuns(
  ofPixel: Uint8Array | Uint32Array,
  combinations: number,
  stretch = 4096,
): PixelRun[] {
  const runs: PixelRun[] = [];
  const counts = new Uint32Array(combinations);
  for (let start = 0; start < ofPixel.length; start += stretch) {
    const stop = Math.min(start + stretch, ofPixel.length);
    counts.fill(0);
    if (ofPixel instanceof Uint8Array) countBytes(ofPixel, counts, start, stop);
    else
      for (let i = start; i < stop; i++)
        counts[ofPixel[i] as number] = (counts[ofPixel[i] as number] as number) + 1;
    for (const [combination, count] of counts.entries()) if (count > 0) runs.push({ combination, count });
  }
  return runs;
}

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** The power of two above a positive number of single precision. */
function powerOfTwoAbove(value: number): number {
  single[0] = value;
  bits[0] = ((bits[0] as number) & 0x7f800000) + 0x00800000;
  return single[0] as number;
}

/**
 * The single-precision sum after adding `addend` `times` times.
 *
 * @param sum positive or 0, and of single precision, as `addend`
 */
export function addRepeatedly(sum: number, addend: number, times: number): number {
  let result = sum;
  for (let left = times; left > 0; ) {
    const next = Math.fround(result + addend);
    if (next === result) return result;
    result = next;
    left--;
    if (left === 0) return result;
    const second = Math.fround(result + addend);
    const step = second - result;
    if (step === 0) return result;
    // Halfway between two numbers it rounds to the even one, so that the first step can differ from all others.
    if (Math.fround(second + addend) - second !== step) continue;
    const repeats = Math.min(left, Math.floor((powerOfTwoAbove(result) - result) / step));
    result = Math.fround(result + repeats * step);
    left -= repeats;
  }
  return result;
}
