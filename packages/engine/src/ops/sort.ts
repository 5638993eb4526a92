/** Sorting along the last axis, and rearranging by the order that was found. */
import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';

export interface Sorted {
  readonly values: Value;
  /** int64: where each of the values stood. No gradient passes through it. */
  readonly order: Value;
}

/** Sorts the rows of [N, L], largest first. */
export function sortDescending(x: Value): Sorted {
  const [values, order] = sortOperator.apply([x], null);
  if (!values || !order) throw new Error('Sorting has two results.');
  return { values, order };
}

/** Takes from each row of [N, L] the elements at the places of the row of `order`, int64 of the same shape. */
export function rearrange(x: Value, order: Value): Value {
  return applyOne(rearrangeOperator, [x, order], null);
}

/** The inverse of `rearrange`, for an `order` that holds each place once. */
function putBack(x: Value, order: Value): Value {
  return applyOne(putBackOperator, [x, order], null);
}

const sortOperator = defineOperator<null>({
  name: 'SortDescending',
  infer: ([x]) => {
    if (x?.shape.length !== 2) throw new ShapeError('SortDescending', [x?.shape ?? []], 'rows are needed');
    return [
      { dtype: 'float32', shape: x.shape },
      { dtype: 'int64', shape: x.shape },
    ];
  },
  gradient: ({ outputs: [, order], gradients: [gradient] }) => [
    order && gradient ? putBack(gradient, order) : null,
  ],
  lower: ({ emitter, inputs: [x], outputs: [values, order] }) => {
    const length = emitter.integers([x?.shape[1] ?? 0]);
    const [sorted = '', places = ''] = emitter.emitMany('TopK', 2, [emitter.plain(x), length], { axis: 1 });
    emitter.set(values, sorted);
    emitter.set(order, places);
  },
});

const rearrangeOperator = defineOperator<null>({
  name: 'Rearrange',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ inputs: [, order], gradients: [gradient] }) => [
    order && gradient ? putBack(gradient, order) : null,
    null,
  ],
  lower: ({ emitter, inputs: [x, order], outputs: [y] }) =>
    emitter.set(y, emitter.emit('GatherElements', [emitter.plain(x), emitter.plain(order)], { axis: 1 })),
});

const putBackOperator = defineOperator<null>({
  name: 'PutBack',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ inputs: [, order], gradients: [gradient] }) => [
    order && gradient ? rearrange(gradient, order) : null,
    null,
  ],
  lower: ({ emitter, inputs: [x, order], outputs: [y] }) => {
    // Every element is written over, so any tensor of the right shape will do as the first input.
    const updates = emitter.plain(x);
    emitter.set(y, emitter.emit('ScatterElements', [updates, emitter.plain(order), updates], { axis: 1 }));
  },
});
