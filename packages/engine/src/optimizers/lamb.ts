import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt } from '../ops/unary.js';
import { trackMoments } from './moments.js';
import { norm, ratioOfNorms } from './norm.js';
import type { Optimizer } from './optimizer.js';
import { decayOf, isWeight } from './weight-decay.js';

export interface LambOptions {
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Added to Adam's direction, times the weight. */
  readonly weightDecay?: number;
}

/**
 * LAMB (You et al. 2020), for large batches, with beta1 as the input `momentum`: Adam's direction r, and with it
 *
 *     u = r + weightDecay w,    w = w - learningRate (|w| / |u|) u
 *
 * for each weight tensor by itself, with the identity for the paper's phi. Biases and normalisations move by r alone, as
 * in the authors' program.
 */
export function lamb({ beta2 = 0.999, epsilon = 1e-6, weightDecay = 0 }: LambOptions = {}): Optimizer {
  return (graph, gradients, { learningRate, momentum, gradientScale }) => {
    const moments = trackMoments(graph, momentum, beta2);
    const root2 = sqrt(moments.correction2);
    const step = div(root2, moments.correction1);
    const soften = mul(root2, epsilon);
    for (const { parameter, gradient } of gradients) {
      const weight = parameter.value;
      const { first, second } = moments.of(parameter, { tensor: gradient, scale: gradientScale });
      const direction = mul(div(first, add(sqrt(second), soften)), step);
      const decay = decayOf(parameter, weightDecay);
      const update = decay === 0 ? direction : add(direction, mul(weight, decay));
      const trust = isWeight(parameter) ? ratioOfNorms(norm(weight), norm(update), graph.scalar(1)) : 1;
      graph.update(parameter, sub(weight, mul(update, mul(learningRate, trust))));
    }
  };
}
