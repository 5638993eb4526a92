import { add, div, logSoftmax, mul, reduceSum, type Value } from '@deepflash/engine';
import type { Counting, Loss } from './loss.js';
import { DEFAULT_LOSS_PARAMETERS } from './parameters.js';
import { atLeastSomething, byWeights, pixelCount, weightedTruth } from './pixel-mean.js';

/**
 * Minus the logarithm of the probability that the softmax gives the true class, in the mean over all pixels. With class
 * weights and ignored pixels as PyTorch's `CrossEntropyLoss`: the sum of the weighted logarithms over that of the
 * weights.
 */
export const crossEntropy: Loss = (logits, truth, options = {}) =>
  smoothedCrossEntropy(logits, truth, 0, options);

/**
 * Cross-entropy with label smoothing: `labelSmoothing` of the truth is spread evenly over all classes (Szegedy et al.
 * 2016). As segmentation_models.pytorch's `SoftCrossEntropyLoss`, but the mean is over the pixels that count.
 */
export const softCrossEntropy: Loss = (logits, truth, options = {}) =>
  smoothedCrossEntropy(
    logits,
    truth,
    options.labelSmoothing ?? DEFAULT_LOSS_PARAMETERS.labelSmoothing,
    options,
  );

function smoothedCrossEntropy(logits: Value, truth: Value, smoothing: number, counting: Counting): Value {
  const even = smoothing / (logits.shape[1] ?? 1);
  const target = smoothing === 0 ? truth : add(mul(truth, 1 - smoothing), even);
  const logarithms = logSoftmax(logits, 1);
  const weighted = weightedTruth(truth, counting);
  if (weighted === null) return mul(reduceSum(mul(logarithms, target)), -1 / pixelCount(logits));
  const share = smoothing === 0 ? weighted : byWeights(target, counting);
  return mul(div(reduceSum(mul(logarithms, share)), atLeastSomething(reduceSum(weighted))), -1);
}
