import type { Value } from '@deepflash/engine';

/** From logits [N, C, H, W] and the true classes as planes of 0 and 1, [N, C, H, W], to a scalar. */
export type Loss = (logits: Value, truth: Value) => Value;
