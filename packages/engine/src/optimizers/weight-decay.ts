import type { Variable } from '../graph/graph.js';

/**
 * Whether a parameter is a weight between channels, and no bias and no scale of a normalisation: those have one axis.
 * Only weights are pulled towards zero, and only they have their steps fitted to their norm.
 */
export function isWeight({ value }: Variable): boolean {
  return value.shape.length > 1;
}

/** The weight decay of a parameter: none for biases and normalisations. */
export function decayOf(parameter: Variable, weightDecay: number): number {
  return isWeight(parameter) ? weightDecay : 0;
}
