import { add, div, maximum, mul, sub } from '@deepflash/engine';
import { foregroundOverlap, meanOverForeground } from './foreground-overlap.js';
import type { Loss } from './loss.js';

/**
 * One minus the soft Dice coefficient of each foreground class over the whole batch, in the mean over these classes; a
 * class that the batch does not hold costs nothing. As segmentation_models.pytorch's `DiceLoss` with mode multiclass and
 * classes 1 to C - 1 (Milletari et al. 2016).
 */
export const dice: Loss = (logits, truth, options = {}) => {
  const overlap = foregroundOverlap(logits, truth, options);
  const size = add(overlap.predicted, overlap.true);
  const coefficient = div(mul(overlap.both, 2), maximum(size, 1e-7));
  return meanOverForeground(sub(1, coefficient), overlap, options);
};
