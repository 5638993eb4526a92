import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';

/** Turns the order of the elements round along axes. A flip undoes itself. */
export function flip(x: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? x : applyOne(flipOperator, [x], { axes });
}

/** Beyond the start of every axis: ONNX's slices run backwards until there. */
const BEFORE_FIRST = -(2 ** 31);

const flipOperator = defineOperator<{ readonly axes: readonly number[] }>({
  name: 'Flip',
  infer: ([x]) => [{ dtype: x?.dtype ?? 'float32', shape: x?.shape ?? [] }],
  gradient: ({ gradients: [gradient], attributes: { axes } }) => [gradient ? flip(gradient, axes) : null],
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { axes } }) => {
    const all = (number: number): string => emitter.integers(axes.map(() => number));
    const ranges = [all(-1), all(BEFORE_FIRST), emitter.integers(axes), all(-1)];
    emitter.set(y, emitter.emit('Slice', [emitter.plain(x), ...ranges]));
  },
});
