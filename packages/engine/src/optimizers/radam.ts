/**
 * Rectified Adam (Liu et al. 2020). In the first steps the mean of the squares comes from so few gradients that dividing
 * by it does harm. With the length of that mean, as of a simple moving average,
 *
 *     rho_t = rho - 2 t beta2^t / (1 - beta2^t),    rho = 2 / (1 - beta2) - 1,
 *
 * a step is plain momentum while rho_t is at most 5, and after that Adam's times
 *
 *     sqrt((rho_t - 4) (rho_t - 2) rho / ((rho - 4) (rho - 2) rho_t)).
 */
import type { Graph, Value } from '../graph/graph.js';
import { zeros } from '../graph/initialiser.js';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { sqrt } from '../ops/unary.js';
import { trackMoments } from './moments.js';
import type { Optimizer } from './optimizer.js';
import { penalisedGradient } from './penalised-gradient.js';
import { decayOf } from './weight-decay.js';

export interface RAdamOptions {
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** `penalty` adds weightDecay * weight to the gradient, as PyTorch; `decoupled` shrinks weights as AdamW does. */
  readonly decay?: 'penalty' | 'decoupled';
}

/** RAdam in PyTorch's form, with beta1 as the input `momentum`. */
export function rAdam({
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
  decay = 'penalty',
}: RAdamOptions = {}): Optimizer {
  return (graph, gradients, { learningRate, momentum, gradientScale }) => {
    const moments = trackMoments(graph, momentum, beta2);
    const { rectified, plain } = rectification(graph, moments.correction2, beta2);
    const rate = div(learningRate, moments.correction1);
    const adaptiveRate = mul(mul(rate, rectified), sqrt(moments.correction2));
    const plainRate = mul(rate, plain);
    const shrink = sub(1, mul(learningRate, weightDecay));
    for (const gradient of gradients) {
      const { parameter } = gradient;
      const penalty = decay === 'penalty' ? weightDecay : 0;
      const { first, second } = moments.of(parameter, penalisedGradient(gradient, gradientScale, penalty));
      const rates = add(div(adaptiveRate, add(sqrt(second), epsilon)), plainRate);
      const shrinks = decay === 'decoupled' && decayOf(parameter, weightDecay) !== 0;
      const weight = shrinks ? mul(parameter.value, shrink) : parameter.value;
      graph.update(parameter, sub(weight, mul(first, rates)));
    }
  };
}

/** Two scalars: the factor of Adam's step, 0 in the first steps, and that of plain momentum, 1 then and 0 later. */
function rectification(
  graph: Graph,
  correction2: Value,
  beta2: number,
): Record<'rectified' | 'plain', Value> {
  const steps = graph.buffer('optimizer.steps', [], zeros);
  const step = add(steps.value, 1);
  graph.update(steps, step);
  const longest = 2 / (1 - beta2) - 1;
  const length = sub(longest, div(mul(mul(step, 2), sub(1, correction2)), correction2));
  const ratio = mul(
    div(mul(sub(length, 4), sub(length, 2)), length),
    longest / ((longest - 4) * (longest - 2)),
  );
  const long = greater(length, graph.scalar(5));
  return { rectified: mul(sqrt(maximum(ratio, 0)), long), plain: sub(1, long) };
}
