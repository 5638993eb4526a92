import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { defineOperator } from '../graph/operator.js';
import { concat } from './slice.js';

/**
 * Cuts an axis into so many equal parts: also in models whose length of that axis is left open, where `split` needs
 * to know it.
 */
export function splitEvenly(x: Value, parts: number, axis: number): readonly Value[] {
  return parts === 1 ? [x] : splitEvenlyOperator.apply([x], { parts, axis });
}

const splitEvenlyOperator = defineOperator<{ readonly parts: number; readonly axis: number }>({
  name: 'SplitEvenly',
  infer: ([x], { parts, axis }) => {
    const length = x?.shape[axis] ?? 0;
    if (!x || length === 0 || length % parts !== 0) {
      throw new ShapeError('SplitEvenly', [x?.shape ?? []], `axis ${axis} has no ${parts} equal parts`);
    }
    const type = { dtype: x.dtype, shape: x.shape.with(axis, length / parts) };
    return Array.from({ length: parts }, () => type);
  },
  gradient: ({ inputs: [x], outputs, gradients, attributes: { axis } }) => {
    if (!x) return [null];
    const [first, ...rest] = gradients.map((gradient, part) => gradient ?? nothing(outputs[part]));
    return [first ? concat([first, ...rest.flatMap((one) => one ?? [])], axis) : null];
  },
  lower: ({ emitter, inputs: [x], outputs, attributes: { parts, axis } }) => {
    const names = emitter.emitMany('Split', parts, [emitter.plain(x)], { axis, num_outputs: parts });
    outputs.forEach((output, part) => {
      emitter.set(output, names[part] ?? '');
    });
  },
});

/** The gradient of a part on which the loss does not depend. */
function nothing(part: Value | undefined): Value | null {
  if (!part) return null;
  const length = part.shape.reduce((product, side) => product * side, 1);
  return part.graph.constant({ dtype: 'float32', shape: part.shape, data: new Float32Array(length) });
}
