import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { type Shape, sameShape, sizeOf } from '../tensor.js';

/**
 * The same numbers in the same order with another shape.
 *
 * @param shape the shape, or a value whose shape it is: then also in models whose axes are left open
 */
export function reshape(x: Value, shape: Shape | Value): Value {
  if ('graph' in shape) return applyOne(reshapeOperator, [x, shape], { shape: shape.shape });
  return sameShape(x.shape, shape) ? x : applyOne(reshapeOperator, [x], { shape });
}

const reshapeOperator = defineOperator<{ readonly shape: Shape }>({
  name: 'Reshape',
  infer: ([x], { shape }) => {
    if (!x || sizeOf(x.shape) !== sizeOf(shape))
      throw new ShapeError('Reshape', [x?.shape ?? [], shape], 'sizes differ');
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x], gradients: [gradient] }) => [x && gradient ? reshape(gradient, x.shape) : null],
  lower: ({ emitter, inputs: [x, like], outputs: [y], attributes: { shape } }) => {
    const target = like
      ? emitter.emit('Shape', [emitter.plain(like)])
      : emitter.integers(openTail(x?.shape ?? [], shape));
    emitter.set(y, emitter.emit('Reshape', [emitter.plain(x), target]));
  },
});

/** Where only the last axes are joined, lengths need not be named: a model may leave them open. */
function openTail(from: Shape, to: Shape): Shape {
  const kept = to.length - 1;
  return kept > 0 && sameShape(from.slice(0, kept), to.slice(0, kept))
    ? [...to.slice(1).map(() => 0), -1]
    : to;
}

/** Reorders the axes: axis i of the result is axis `order[i]` of x. */
export function transpose(x: Value, order: readonly number[]): Value {
  return applyOne(transposeOperator, [x], { order });
}

const transposeOperator = defineOperator<{ readonly order: readonly number[] }>({
  name: 'Transpose',
  infer: ([x], { order }) => {
    const axes = [...order].sort((a, b) => a - b);
    if (
      !x ||
      !sameShape(
        axes,
        x.shape.map((_, axis) => axis),
      )
    ) {
      throw new ShapeError('Transpose', [x?.shape ?? []], `[${order.join(', ')}] is no order of its axes`);
    }
    return [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis] ?? 1) }];
  },
  gradient: ({ gradients: [gradient], attributes: { order } }) => [
    gradient
      ? transpose(
          gradient,
          order.map((_, axis) => order.indexOf(axis)),
        )
      : null,
  ],
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { order } }) =>
    emitter.set(y, emitter.emit('Transpose', [emitter.plain(x)], { perm: order })),
});
