/**
 * The uncertainty of a prediction as deepFlash2 defines it (Griebel et al. 2023, after Kwon et al. 2020):
 * with the probability p of a class over all models and test-time augmentations,
 *
 *     epistemic = mean(p²) - mean(p)²      the models disagree
 *     aleatoric = mean(p (1 - p))          the image itself is ambiguous
 *     uncertainty = (epistemic + aleatoric) / 0.25, averaged over the classes
 *
 * In the sum the squares cancel: epistemic + aleatoric = mean(p) - mean(p)². Only the mean is needed, and
 * the result can be neither negative nor above 1.
 */

/** The largest value of p (1 - p). */
export const LARGEST_VARIANCE = 0.25;

/**
 * Writes the uncertainty of each pixel, from 0 to 1, into `out` [H * W]. `mean` [K, H * W] is the mean
 * probability of each class over models and augmentations.
 */
export function uncertainty(mean: Float32Array, classes: number, out: Float32Array): void {
  const pixels = out.length;
  out.fill(0);
  for (let k = 0; k < classes; k++) {
    for (let i = 0; i < pixels; i++) {
      const p = mean[k * pixels + i] as number;
      out[i] = (out[i] as number) + p * (1 - p);
    }
  }
  const factor = 1 / (LARGEST_VARIANCE * classes);
  for (let i = 0; i < pixels; i++) out[i] = Math.max((out[i] as number) * factor, 0);
}

/** One number for the uncertainty of a whole image, from 0 to 1. */
export interface UncertaintyScores {
  /** Mean over all pixels. */
  readonly meanUncertainty: number;
  /** deepFlash2's score: mean over the predicted foreground; null where nothing was predicted. */
  readonly uncertaintyScore: number | null;
}

/** The mean uncertainty of an image and of its predicted foreground, the pixels with a class above 0. */
export function uncertaintyScores(values: Float32Array, mask: Uint8Array): UncertaintyScores {
  let sum = 0;
  let foregroundSum = 0;
  let foreground = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value;
    if (mask[i] !== 0) {
      foregroundSum += value;
      foreground++;
    }
  }
  return {
    meanUncertainty: sum / values.length,
    uncertaintyScore: foreground === 0 ? null : foregroundSum / foreground,
  };
}
