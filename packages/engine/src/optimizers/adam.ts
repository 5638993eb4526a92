import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt } from '../ops/unary.js';
import { trackMoments } from './moments.js';
import type { Optimizer } from './optimizer.js';
import { penalisedGradient } from './penalised-gradient.js';
import { decayOf } from './weight-decay.js';

export interface AdamOptions {
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Adam: added to the gradient, times the weight (L2 penalty). AdamW: see there. */
  readonly weightDecay?: number;
}

/** Adam (Kingma and Ba 2015), with beta1 as the input `momentum`. */
export function adam(options: AdamOptions = {}): Optimizer {
  return adaptive({ ...options, decay: 'penalty' });
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): weights shrink by learningRate * weightDecay. */
export function adamW(options: AdamOptions = {}): Optimizer {
  return adaptive({ weightDecay: 0.01, ...options, decay: 'decoupled' });
}

function adaptive({
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
  decay,
}: AdamOptions & { readonly decay: 'penalty' | 'decoupled' }): Optimizer {
  return (graph, gradients, { learningRate, momentum, gradientScale }) => {
    const moments = trackMoments(graph, momentum, beta2);
    // Scalars are gathered first, so that each large tensor is passed over as few times as possible.
    const root2 = sqrt(moments.correction2);
    const step = mul(div(learningRate, moments.correction1), root2);
    const soften = mul(root2, epsilon);
    const shrink = sub(1, mul(learningRate, weightDecay));
    for (const gradient of gradients) {
      const { parameter } = gradient;
      const penalty = decay === 'penalty' ? weightDecay : 0;
      const { first, second } = moments.of(parameter, penalisedGradient(gradient, gradientScale, penalty));
      // learningRate * (m / c1) / (sqrt(v / c2) + epsilon), multiplied through by sqrt(c2).
      const move = mul(div(first, add(sqrt(second), soften)), step);
      const shrinks = decay === 'decoupled' && decayOf(parameter, weightDecay) !== 0;
      const weight = shrinks ? mul(parameter.value, shrink) : parameter.value;
      graph.update(parameter, sub(weight, move));
    }
  };
}
