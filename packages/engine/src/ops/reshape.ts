import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { type Shape, sameShape, sizeOf } from '../tensor.js';

/** The same numbers in the same order with another shape. */
export function reshape(x: Value, shape: Shape): Value {
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
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { shape } }) =>
    emitter.set(y, emitter.emit('Reshape', [emitter.plain(x), emitter.integers(shape)])),
});

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
