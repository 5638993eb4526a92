import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator, type Operator } from '../graph/operator.js';
import { int64 } from '../tensor.js';

/** The sums of the elements of an axis from the first to each, itself included. */
export function cumulativeSum(x: Value, axis: number): Value {
  return applyOne(cumulativeSumOperator, [x], { axis, from: 'first' });
}

interface Direction {
  readonly axis: number;
  /** The end of the axis at which the sums begin. */
  readonly from: 'first' | 'last';
}

/** An element is part of the sums at its own place and after, so its gradient is the sum of theirs. */
const cumulativeSumOperator: Operator<Direction> = defineOperator({
  name: 'CumSum',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ gradients: [gradient], attributes: { axis, from } }) => [
    gradient
      ? applyOne(cumulativeSumOperator, [gradient], { axis, from: from === 'first' ? 'last' : 'first' })
      : null,
  ],
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { axis, from } }) => {
    const along = emitter.shared(`axis:${axis}`, () => emitter.constant(int64([], [axis])));
    emitter.set(y, emitter.emit('CumSum', [emitter.plain(x), along], { reverse: from === 'last' ? 1 : 0 }));
  },
});
