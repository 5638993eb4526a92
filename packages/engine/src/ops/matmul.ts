import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { broadcastShape } from './arithmetic.js';
import { sumTo } from './broadcast.js';
import { transpose } from './reshape.js';

/** Matrix product of the last two axes, [..., M, K] by [..., K, N]; the others are broadcast. */
export function matmul(a: Value, b: Value): Value {
  return applyOne(matmulOperator, [a, b], null);
}

const matmulOperator = defineOperator<null>({
  name: 'MatMul',
  infer: ([a, b]) => {
    const shapes = [a?.shape ?? [], b?.shape ?? []];
    const rows = a?.shape.at(-2);
    const columns = b?.shape.at(-1);
    if (!a || !b || rows === undefined || columns === undefined || a.shape.at(-1) !== b.shape.at(-2)) {
      throw new ShapeError(
        'MatMul',
        shapes,
        'the columns of the first must be as many as the rows of the second',
      );
    }
    const lead = broadcastShape('MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
    return [{ dtype: 'float32', shape: [...lead, rows, columns] }];
  },
  gradient: ({ inputs: [a, b], gradients: [gradient], needs }) => {
    if (!a || !b || !gradient) return [];
    return [
      needs(0) ? sumTo(matmul(gradient, turned(b)), a.shape) : null,
      needs(1) ? sumTo(matmul(turned(a), gradient), b.shape) : null,
    ];
  },
  lower: ({ emitter, inputs: [a, b], outputs: [y] }) =>
    emitter.set(y, emitter.emit('MatMul', [emitter.plain(a), emitter.plain(b)])),
});

/** Swaps the last two axes. */
function turned(x: Value): Value {
  const order = x.shape.map((_, axis) => axis);
  const last = order.length - 1;
  return transpose(x, order.with(last, last - 1).with(last - 1, last));
}
