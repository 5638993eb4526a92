import { add, mul, reduceSum, softmax, sub } from '@deepflash/engine';
import { crossEntropy } from './cross-entropy.js';
import type { Loss } from './loss.js';
import { DEFAULT_LOSS_PARAMETERS } from './parameters.js';
import { meanOverPixels } from './pixel-mean.js';

/**
 * Cross-entropy with its first polynomial coefficient raised by epsilon (Leng et al. 2022): epsilon (1 - p) is added,
 * where p is the probability of the true class.
 */
export const poly1CrossEntropy: Loss = (logits, truth, options = {}) => {
  const { polyEpsilon } = { ...DEFAULT_LOSS_PARAMETERS, ...options };
  const right = reduceSum(mul(softmax(logits, 1), truth), [1]);
  return add(
    crossEntropy(logits, truth, options),
    mul(meanOverPixels(sub(1, right), truth, options), polyEpsilon),
  );
};
