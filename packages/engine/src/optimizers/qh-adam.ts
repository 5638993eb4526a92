import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt, square } from '../ops/unary.js';
import { trackMoments } from './moments.js';
import type { Optimizer } from './optimizer.js';
import { penalisedGradient } from './penalised-gradient.js';

export interface QHAdamOptions {
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Added to the gradient, times the weight (L2 penalty). */
  readonly weightDecay?: number;
  /** The share of the mean gradient in a step; the rest is the gradient of the step itself. */
  readonly nu1?: number;
  /** The same for the squares. */
  readonly nu2?: number;
}

/**
 * Quasi-hyperbolic Adam (Ma and Yarats 2019), with beta1 as the input `momentum` and the paper's recommended nu:
 *
 *     w = w - learningRate ((1 - nu1) g + nu1 m / c1) / (sqrt((1 - nu2) g^2 + nu2 v / c2) + epsilon)
 *
 * where c1 and c2 correct the bias of the means.
 */
export function qhAdam({
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
  nu1 = 0.7,
  nu2 = 1,
}: QHAdamOptions = {}): Optimizer {
  return (graph, gradients, { learningRate, momentum, gradientScale }) => {
    const moments = trackMoments(graph, momentum, beta2);
    const share1 = div(nu1, moments.correction1);
    const share2 = div(nu2, moments.correction2);
    for (const gradient of gradients) {
      const { parameter } = gradient;
      const penalised = penalisedGradient(gradient, gradientScale, weightDecay);
      const { first, second } = moments.of(parameter, penalised);
      const { tensor, scale } = penalised;
      const mean = add(mul(tensor, mul(scale, 1 - nu1)), mul(first, share1));
      const squares = mul(second, share2);
      const own = nu2 === 1 ? squares : add(squares, square(mul(tensor, mul(scale, Math.sqrt(1 - nu2)))));
      const move = mul(div(mean, add(sqrt(own), epsilon)), learningRate);
      graph.update(parameter, sub(parameter.value, move));
    }
  };
}
