import { add, div, maximum, mul, sub } from '@deepflash/engine';
import { foregroundOverlap, meanOverForeground } from './foreground-overlap.js';
import type { Loss } from './loss.js';
import { DEFAULT_LOSS_PARAMETERS } from './parameters.js';

/**
 * One minus the Tversky index (Salehi et al. 2017), both / (both + alpha * wrongly found + beta * missed), of each
 * foreground class over the whole batch, in the mean over these classes. With alpha = beta = 0.5 it is the Dice loss;
 * a larger beta finds more.
 */
export const tversky: Loss = (logits, truth, options = {}) => {
  const { tverskyAlpha, tverskyBeta } = { ...DEFAULT_LOSS_PARAMETERS, ...options };
  const overlap = foregroundOverlap(logits, truth, options);
  const found = mul(sub(overlap.predicted, overlap.both), tverskyAlpha);
  const missed = mul(sub(overlap.true, overlap.both), tverskyBeta);
  const index = div(overlap.both, maximum(add(overlap.both, add(found, missed)), 1e-7));
  return meanOverForeground(sub(1, index), overlap, options);
};
