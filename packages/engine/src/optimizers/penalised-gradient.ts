import type { Value } from '../graph/graph.js';
import { add, mul } from '../ops/arithmetic.js';
import type { Gradient } from './optimizer.js';
import { decayOf } from './weight-decay.js';

/** A gradient as a tensor and a scalar that it is still to be multiplied by: that spares a pass where scalars meet. */
export interface ScaledGradient {
  readonly tensor: Value;
  readonly scale: Value;
}

/** The clipped gradient with the L2 penalty: weightDecay times the weight is added. */
export function penalisedGradient(
  { parameter, gradient }: Gradient,
  gradientScale: Value,
  weightDecay: number,
): ScaledGradient {
  const decay = decayOf(parameter, weightDecay);
  return decay === 0
    ? { tensor: gradient, scale: gradientScale }
    : {
        tensor: add(mul(gradient, gradientScale), mul(parameter.value, decay)),
        scale: gradient.graph.scalar(1),
      };
}
