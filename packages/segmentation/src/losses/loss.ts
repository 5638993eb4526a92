import type { Value } from '@deepflash/engine';
import type { LossParameters } from './parameters.js';

/**
 * From logits [N, C, H, W] and the probability of each class, float32 [N, C, H, W], to a scalar. The planes of the truth
 * are 0 and 1 where one class is certain, or hold the shares of a consensus; an ignored pixel is 0 in all of them.
 */
export type Loss = (logits: Value, truth: Value, options?: LossOptions) => Value;

export interface LossOptions extends Counting, Partial<LossParameters> {}

/** How much pixels and classes count. */
export interface Counting {
  /** float32 [N, 1, H, W]: 0 for an ignored pixel. Null: all count 1. */
  readonly pixelWeights?: Value | null;
  /** One positive number a class. Null: all count the same. */
  readonly classWeights?: readonly number[] | null;
}
