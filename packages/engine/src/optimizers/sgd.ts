import { zeros } from '../graph/initialiser.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import type { Optimizer } from './optimizer.js';

export interface SgdOptions {
  /** Added to the gradient, times the parameter (L2 penalty). */
  readonly weightDecay?: number;
  /** Nesterov's look ahead. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum, in PyTorch's form: v = momentum v + g, w = w - learningRate v.
 */
export function sgd({ weightDecay = 0, nesterov = false }: SgdOptions = {}): Optimizer {
  return (graph, gradients, { learningRate, momentum, gradientScale }) => {
    for (const { parameter, gradient } of gradients) {
      const weight = parameter.value;
      const scaled = mul(gradient, gradientScale);
      const g = weightDecay === 0 ? scaled : add(scaled, mul(weight, weightDecay));
      const velocity = graph.buffer(`optimizer.velocity.${parameter.name}`, weight.shape, zeros);
      const next = add(mul(velocity.value, momentum), g);
      graph.update(velocity, next);
      const direction = nesterov ? add(g, mul(next, momentum)) : next;
      graph.update(parameter, sub(weight, mul(direction, learningRate)));
    }
  };
}
