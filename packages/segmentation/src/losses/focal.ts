import { add, exp, mul, softplus, sub } from '@deepflash/engine';
import type { Loss } from './loss.js';
import { DEFAULT_LOSS_PARAMETERS } from './parameters.js';
import { meanOverPixels } from './pixel-mean.js';

/**
 * The focal loss (Lin et al. 2017), one class against all others and summed over the classes: for a class that the
 * sigmoid gives the right answer with probability p, a pixel costs -(1 - p)^gamma log p, times alpha if it is of the
 * class and 1 - alpha if not. As segmentation_models.pytorch's `FocalLoss` with mode multiclass.
 *
 * With the logit z of the wrong answer, -log p = softplus(z) and (1 - p)^gamma = exp(-gamma softplus(-z)), which has a
 * finite gradient everywhere and for every gamma. Defined for certain classes only.
 */
export const focal: Loss = (logits, truth, options = {}) => {
  const { focalGamma, focalAlpha } = { ...DEFAULT_LOSS_PARAMETERS, ...options };
  const wrong = mul(logits, sub(1, mul(truth, 2)));
  const nearlyRight = exp(mul(softplus(mul(wrong, -1)), -focalGamma));
  const share = add(mul(truth, 2 * focalAlpha - 1), 1 - focalAlpha);
  return meanOverPixels(mul(mul(nearlyRight, softplus(wrong)), share), truth, options);
};
