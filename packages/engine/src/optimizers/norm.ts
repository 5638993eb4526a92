import type { Value } from '../graph/graph.js';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { sumOfSquares } from '../ops/reduce.js';
import { sqrt } from '../ops/unary.js';

/** The Euclidean norm of all elements, a scalar. */
export function norm(x: Value): Value {
  return sqrt(sumOfSquares(x));
}

/** a / b of two norms, or `otherwise` where one of them is zero: then there is nothing to fit a step to. */
export function ratioOfNorms(a: Value, b: Value, otherwise: Value): Value {
  const zero = a.graph.scalar(0);
  const both = mul(greater(a, zero), greater(b, zero));
  return add(mul(both, div(a, maximum(b, 1e-30))), mul(sub(1, both), otherwise));
}
