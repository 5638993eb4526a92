/**
 * Lookahead (Zhang et al. 2019): every few steps the weights go back part of the way that they have come since the last
 * time, w = slow + share (w - slow), and slow becomes w.
 *
 * What is kept is not slow but the way w - slow. It starts at zero whatever weights a training starts from.
 */
import { zeros } from '../graph/initialiser.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import type { Optimizer } from './optimizer.js';

export interface LookaheadOptions {
  /** Steps between two looks back. */
  readonly every?: number;
  /** The part of the way that is kept. */
  readonly share?: number;
}

/** Lets an optimiser look back every few steps. */
export function lookahead(inner: Optimizer, { every = 6, share = 0.5 }: LookaheadOptions = {}): Optimizer {
  return (graph, gradients, inputs) => {
    inner(graph, gradients, inputs);
    const since = graph.buffer('optimizer.lookahead', [], zeros);
    const counted = add(since.value, 1);
    const now = greater(counted, graph.scalar(every - 0.5));
    const later = sub(1, now);
    graph.update(since, mul(counted, later));
    const back = mul(now, 1 - share);
    for (const { parameter } of gradients) {
      const stepped = graph.updates.get(parameter);
      if (!stepped) throw new Error(`The optimiser leaves ${parameter.name} as it is.`);
      const way = graph.buffer(`optimizer.way.${parameter.name}`, parameter.value.shape, zeros);
      const next = add(way.value, sub(stepped, parameter.value));
      graph.update(way, mul(next, later));
      graph.update(parameter, sub(stepped, mul(next, back)));
    }
  };
}
