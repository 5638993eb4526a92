import { zeros } from '../graph/initialiser.js';
import { add, minimum, mul, sub } from '../ops/arithmetic.js';
import { norm, ratioOfNorms } from './norm.js';
import type { Optimizer } from './optimizer.js';
import { penalisedGradient } from './penalised-gradient.js';
import { decayOf, isWeight } from './weight-decay.js';

export interface LarcOptions {
  /** Added to the gradient, times the weight (L2 penalty). */
  readonly weightDecay?: number;
  /** The largest step of a weight tensor as a part of its norm. */
  readonly trust?: number;
}

/**
 * SGD with momentum and a learning rate for each weight tensor by itself, LARS (You et al. 2017), clipped at the common
 * one, as NVIDIA's LARC:
 *
 *     rate = min(trust |w| / (|g| + weightDecay |w|), learningRate)
 *     v = momentum v + (rate / learningRate) (g + weightDecay w),    w = w - learningRate v
 *
 * Biases and normalisations take the common rate.
 */
export function larc({ weightDecay = 0, trust = 0.02 }: LarcOptions = {}): Optimizer {
  return (graph, gradients, { learningRate, momentum, gradientScale }) => {
    for (const gradient of gradients) {
      const { parameter } = gradient;
      const weight = parameter.value;
      const { tensor, scale } = penalisedGradient(gradient, gradientScale, weightDecay);
      let share = scale;
      if (isWeight(parameter)) {
        const size = norm(weight);
        const slope = add(
          mul(norm(gradient.gradient), gradientScale),
          mul(size, decayOf(parameter, weightDecay)),
        );
        // The common rate where a norm is zero; the ratio is compared with it without dividing by it.
        const rate = minimum(mul(ratioOfNorms(size, slope, graph.scalar(1e30)), trust), learningRate);
        share = mul(scale, ratioOfNorms(rate, learningRate, graph.scalar(1)));
      }
      const velocity = graph.buffer(`optimizer.velocity.${parameter.name}`, weight.shape, zeros);
      const next = add(mul(velocity.value, momentum), mul(tensor, share));
      graph.update(velocity, next);
      graph.update(parameter, sub(weight, mul(next, learningRate)));
    }
  };
}
