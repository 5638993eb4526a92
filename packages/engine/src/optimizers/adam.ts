import { zeros } from '../graph/initialiser.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt } from '../ops/unary.js';
import type { Optimizer } from './optimizer.js';

export interface AdamOptions {
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Adam: added to the gradient, times the parameter (L2 penalty). AdamW: see there. */
  readonly weightDecay?: number;
}

/**
 * Adam (Kingma and Ba 2015), with beta1 as the input `momentum`.
 *
 * The bias corrections 1 - beta^t are kept as state by the recurrence c = beta c + (1 - beta). That loses no digits to
 * cancellation, and it stays right when a schedule moves beta1.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adaptive({ ...options, decoupled: false });
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): parameters shrink by learningRate * weightDecay. */
export function adamW(options: AdamOptions = {}): Optimizer {
  return adaptive({ weightDecay: 0.01, ...options, decoupled: true });
}

function adaptive({
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
  decoupled,
}: AdamOptions & { readonly decoupled: boolean }): Optimizer {
  return (graph, gradients, { learningRate, momentum: beta1, gradientScale }) => {
    const correction1 = graph.buffer('optimizer.correction1', [], zeros);
    const correction2 = graph.buffer('optimizer.correction2', [], zeros);
    const next1 = add(mul(correction1.value, beta1), sub(1, beta1));
    const next2 = add(mul(correction2.value, beta2), 1 - beta2);
    graph.update(correction1, next1);
    graph.update(correction2, next2);

    const keep1 = sub(1, beta1);
    const coupled = !decoupled && weightDecay !== 0;
    // Scalars are gathered first, so that each large tensor is passed over as few times as possible.
    const step = div(learningRate, next1);
    const root2 = sqrt(next2);
    const shrink = sub(1, mul(learningRate, weightDecay));
    for (const { parameter, gradient } of gradients) {
      const weight = parameter.value;
      const g = coupled ? add(mul(gradient, gradientScale), mul(weight, weightDecay)) : gradient;
      const scale = coupled ? graph.scalar(1) : gradientScale;
      const first = graph.buffer(`optimizer.first.${parameter.name}`, weight.shape, zeros);
      const second = graph.buffer(`optimizer.second.${parameter.name}`, weight.shape, zeros);
      const nextFirst = add(mul(first.value, beta1), mul(g, mul(keep1, scale)));
      const scaled = mul(g, mul(scale, Math.sqrt(1 - beta2)));
      const nextSecond = add(mul(second.value, beta2), mul(scaled, scaled));
      graph.update(first, nextFirst);
      graph.update(second, nextSecond);
      // step * m / (sqrt(v) / sqrt(c2) + epsilon), multiplied through by sqrt(c2).
      const denominator = add(sqrt(nextSecond), mul(root2, epsilon));
      const move = mul(div(nextFirst, denominator), mul(step, root2));
      const shrunk = decoupled && weightDecay !== 0 ? mul(weight, shrink) : weight;
      graph.update(parameter, sub(shrunk, move));
    }
  };
}
