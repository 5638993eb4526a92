/**
 * The running means that Adam and its relatives keep: of the gradients (m) and of their squares (v).
 *
 * Both start at zero, so they are too small at first, by the factors 1 - beta^t. These are kept as state by the
 * recurrence c = beta c + (1 - beta), which loses no digits to cancellation and stays right when a schedule moves beta1.
 */
import type { Graph, Value, Variable } from '../graph/graph.js';
import { zeros } from '../graph/initialiser.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import type { ScaledGradient } from './penalised-gradient.js';

export interface Moments {
  /** 1 - beta1^t and 1 - beta2^t at step t, from 1. */
  readonly correction1: Value;
  readonly correction2: Value;
  /** The means of a parameter with this step's gradient in them, not corrected. */
  of(parameter: Variable, gradient: ScaledGradient): { readonly first: Value; readonly second: Value };
}

/** Adds the state of the means to a graph. */
export function trackMoments(graph: Graph, beta1: Value, beta2: number): Moments {
  const correction1 = graph.buffer('optimizer.correction1', [], zeros);
  const correction2 = graph.buffer('optimizer.correction2', [], zeros);
  const keep1 = sub(1, beta1);
  const next1 = add(mul(correction1.value, beta1), keep1);
  const next2 = add(mul(correction2.value, beta2), 1 - beta2);
  graph.update(correction1, next1);
  graph.update(correction2, next2);
  return {
    correction1: next1,
    correction2: next2,
    of({ name, value }, { tensor, scale }) {
      const first = graph.buffer(`optimizer.first.${name}`, value.shape, zeros);
      const second = graph.buffer(`optimizer.second.${name}`, value.shape, zeros);
      const nextFirst = add(mul(first.value, beta1), mul(tensor, mul(keep1, scale)));
      const scaled = mul(tensor, mul(scale, Math.sqrt(1 - beta2)));
      const nextSecond = add(mul(second.value, beta2), mul(scaled, scaled));
      graph.update(first, nextFirst);
      graph.update(second, nextSecond);
      return { first: nextFirst, second: nextSecond };
    },
  };
}
