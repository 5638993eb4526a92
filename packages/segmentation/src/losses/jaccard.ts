import { add, div, maximum, sub } from '@deepflash/engine';
import { foregroundOverlap, meanOverForeground } from './foreground-overlap.js';
import type { Loss } from './loss.js';

/**
 * One minus the soft Jaccard index (intersection over union) of each foreground class over the whole batch, in the mean
 * over these classes. As segmentation_models.pytorch's `JaccardLoss` with classes 1 to C - 1.
 */
export const jaccard: Loss = (logits, truth, options = {}) => {
  const overlap = foregroundOverlap(logits, truth, options);
  const union = sub(add(overlap.predicted, overlap.true), overlap.both);
  const index = div(overlap.both, maximum(union, 1e-7));
  return meanOverForeground(sub(1, index), overlap, options);
};
