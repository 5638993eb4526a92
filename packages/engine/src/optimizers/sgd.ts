import { zeros } from '../graph/initialiser.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import type { Optimizer } from './optimizer.js';
import { penalisedGradient } from './penalised-gradient.js';

export interface SgdOptions {
  /** Added to the gradient, times the weight (L2 penalty). */
  readonly weightDecay?: number;
  /** `nesterov` looks one step of the momentum ahead. */
  readonly lookAhead?: 'nesterov' | 'none';
}

/**
 * Stochastic gradient descent with momentum, in PyTorch's form: v = momentum v + g, w = w - learningRate v.
 */
export function sgd({ weightDecay = 0, lookAhead = 'none' }: SgdOptions = {}): Optimizer {
  return (graph, gradients, { learningRate, momentum, gradientScale }) => {
    for (const gradient of gradients) {
      const { name, value } = gradient.parameter;
      const { tensor, scale } = penalisedGradient(gradient, gradientScale, weightDecay);
      const g = mul(tensor, scale);
      const velocity = graph.buffer(`optimizer.velocity.${name}`, value.shape, zeros);
      const next = add(mul(velocity.value, momentum), g);
      graph.update(velocity, next);
      const direction = lookAhead === 'nesterov' ? add(g, mul(next, momentum)) : next;
      graph.update(gradient.parameter, sub(value, mul(direction, learningRate)));
    }
  };
}
