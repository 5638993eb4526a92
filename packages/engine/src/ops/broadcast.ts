import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { type Shape, sameShape } from '../tensor.js';
import { reduceSum } from './reduce.js';
import { reshape } from './reshape.js';

/** Repeats axes of length 1, and adds leading axes, up to a shape. */
export function expand(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : applyOne(expandOperator, [x], { shape });
}

export const expandOperator = defineOperator<{ readonly shape: Shape }>({
  name: 'Expand',
  infer: ([x], { shape }) => {
    const lead = shape.length - (x?.shape.length ?? 0);
    const fits = x?.shape.every((length, axis) => length === 1 || length === shape[axis + lead]);
    if (!x || lead < 0 || !fits)
      throw new ShapeError('Expand', [x?.shape ?? [], shape], 'cannot be repeated to it');
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x], gradients: [gradient] }) => [x && gradient ? sumTo(gradient, x.shape) : null],
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { shape } }) =>
    emitter.set(y, emitter.emit('Expand', [emitter.plain(x), emitter.integers(shape)])),
});

/** Sums over the axes that broadcasting repeated: the way back from a result's shape to an operand's. */
export function sumTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((length, axis) =>
    axis < lead || (shape[axis - lead] === 1 && length > 1) ? [axis] : [],
  );
  return reshape(reduceSum(x, axes), shape);
}
