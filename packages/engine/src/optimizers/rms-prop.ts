import { zeros } from '../graph/initialiser.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt } from '../ops/unary.js';
import type { Optimizer } from './optimizer.js';
import { penalisedGradient } from './penalised-gradient.js';

export interface RmsPropOptions {
  /** How long the mean of the squares remembers. */
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Added to the gradient, times the weight (L2 penalty). */
  readonly weightDecay?: number;
  /** Whether steps gather momentum, by the input `momentum`. The default, as in PyTorch and fastai: none. */
  readonly momentum?: 'scheduled' | 'none';
}

/** RMSProp (Tieleman and Hinton 2012), in PyTorch's form: w = w - learningRate g / (sqrt(v) + epsilon). */
export function rmsProp({
  beta2 = 0.99,
  epsilon = 1e-8,
  weightDecay = 0,
  momentum = 'none',
}: RmsPropOptions = {}): Optimizer {
  return (graph, gradients, inputs) => {
    for (const gradient of gradients) {
      const { name, value } = gradient.parameter;
      const { tensor, scale } = penalisedGradient(gradient, inputs.gradientScale, weightDecay);
      const g = mul(tensor, scale);
      const squares = graph.buffer(`optimizer.squares.${name}`, value.shape, zeros);
      const scaled = mul(g, Math.sqrt(1 - beta2));
      const next = add(mul(squares.value, beta2), mul(scaled, scaled));
      graph.update(squares, next);
      let direction = div(g, add(sqrt(next), epsilon));
      if (momentum === 'scheduled') {
        const velocity = graph.buffer(`optimizer.velocity.${name}`, value.shape, zeros);
        direction = add(mul(velocity.value, inputs.momentum), direction);
        graph.update(velocity, direction);
      }
      graph.update(gradient.parameter, sub(value, mul(direction, inputs.learningRate)));
    }
  };
}
