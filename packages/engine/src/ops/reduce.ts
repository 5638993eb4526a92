/** Sums, means and maxima over axes, which stay with length 1. Without axes: over all, to a scalar. */
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import type { LoweringContext } from '../lowering/lowering.js';
import type { Shape, TensorType } from '../tensor.js';
import { div, mul } from './arithmetic.js';
import { expand } from './broadcast.js';
import { equal } from './compare.js';
import { reshape } from './reshape.js';

export function reduceSum(x: Value, axes?: readonly number[]): Value {
  return reduced(x, axes, (chosen) => applyOne(sumOperator, [x], { axes: chosen }));
}

export function reduceMean(x: Value, axes?: readonly number[]): Value {
  const count = (axes ?? x.shape.map((_, axis) => axis)).reduce(
    (product, axis) => product * (x.shape[axis] ?? 1),
    1,
  );
  return mul(reduceSum(x, axes), 1 / count);
}

/** The largest element; equal ones share the gradient. */
export function reduceMax(x: Value, axes?: readonly number[]): Value {
  return reduced(x, axes, (chosen) => applyOne(maxOperator, [x], { axes: chosen }));
}

/** The sum of the squares of all elements, a scalar. Not differentiable: made for gradient norms. */
export function sumOfSquares(x: Value): Value {
  return applyOne(squaresOperator, [x], null);
}

interface Axes {
  readonly axes: readonly number[];
}

export const sumOperator = defineOperator<Axes>({
  name: 'ReduceSum',
  infer: keepAxes,
  gradient: ({ inputs: [x], gradients: [gradient] }) => [x && gradient ? expand(gradient, x.shape) : null],
  lower: (context) => lowerReduction(context, 'ReduceSum'),
});

const maxOperator = defineOperator<Axes>({
  name: 'ReduceMax',
  infer: keepAxes,
  gradient: ({ inputs: [x], outputs: [y], gradients: [gradient], attributes: { axes } }) => {
    if (!x || !y || !gradient) return [null];
    const winners = equal(x, y);
    return [mul(winners, div(gradient, reduceSum(winners, axes)))];
  },
  lower: (context) => lowerReduction(context, 'ReduceMax'),
});

const squaresOperator = defineOperator<null>({
  name: 'ReduceSumSquare',
  infer: () => [{ dtype: 'float32', shape: [] }],
  lower: ({ emitter, inputs: [x], outputs: [y] }) => {
    if (x) emitter.set(y, emitter.emit('ReduceSumSquare', [emitter.any(x)], { keepdims: 0 }));
  },
});

function reduced(
  x: Value,
  axes: readonly number[] | undefined,
  reduce: (axes: readonly number[]) => Value,
): Value {
  if (axes) return axes.length === 0 ? x : reduce(axes);
  return x.shape.length === 0 ? x : reshape(reduce(x.shape.map((_, axis) => axis)), []);
}

function keepAxes([x]: readonly TensorType[], { axes }: Axes): readonly TensorType[] {
  const shape: Shape = (x?.shape ?? []).map((length, axis) => (axes.includes(axis) ? 1 : length));
  return [{ dtype: x?.dtype ?? 'float32', shape }];
}

function lowerReduction(
  { emitter, inputs: [x], outputs: [y], attributes: { axes } }: LoweringContext<Axes>,
  type: string,
) {
  emitter.set(y, emitter.emit(type, [emitter.plain(x), emitter.integers(axes)], { keepdims: 1 }));
}
