/** Cutting out, padding, joining and splitting. */
import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { reshape } from './reshape.js';

/** A range of one axis: every `step`-th element from `start` to before `end`. */
export interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step?: number;
}

/** Cuts out ranges of axes. */
export function slice(x: Value, ...ranges: readonly Range[]): Value {
  return applyOne(sliceOperator, [x], { ranges: ranges.map((range) => ({ step: 1, ...range })) });
}

/** Adds elements of one value before and after each axis; negative numbers take elements away. */
export function pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
  return [...before, ...after].every((length) => length === 0)
    ? x
    : applyOne(padOperator, [x], { before, after, value });
}

/** Cuts an axis into consecutive pieces of the given lengths. */
export function split(x: Value, lengths: readonly number[], axis: number): Value[] {
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return slice(x, { axis, start: start - length, end: start });
  });
}

interface Ranges {
  readonly ranges: readonly Required<Range>[];
}

const sliceOperator = defineOperator<Ranges>({
  name: 'Slice',
  infer: ([x], { ranges }) => {
    if (!x) throw new ShapeError('Slice', [], 'an input is needed');
    const shape = [...x.shape];
    for (const { axis, start, end, step } of ranges) {
      if (start < 0 || end > (x.shape[axis] ?? 0) || end <= start || step < 1) {
        throw new ShapeError(
          'Slice',
          [x.shape],
          `axis ${axis} has no range from ${start} to ${end} by ${step}`,
        );
      }
      shape[axis] = Math.ceil((end - start) / step);
    }
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x], outputs: [y], gradients: [gradient], attributes: { ranges } }) => {
    if (!x || !y || !gradient) return [null];
    let spread = gradient;
    const before = x.shape.map(() => 0);
    for (const { axis, start, step } of ranges) {
      spread = spreadOut(spread, axis, step);
      before[axis] = start;
    }
    const after = x.shape.map((length, axis) => length - (before[axis] ?? 0) - (spread.shape[axis] ?? 0));
    return [pad(spread, before, after)];
  },
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { ranges } }) => {
    if (!x) return;
    const lists = (['start', 'end', 'axis', 'step'] as const).map((key) => ranges.map((range) => range[key]));
    // Whole blocks of channels can be cut out of blocked images.
    const b = emitter.blockSize ?? 1;
    const wholeBlocks = ranges.every(
      ({ axis, start, end, step }) => axis === 1 && step === 1 && start % b === 0 && end % b === 0,
    );
    const layout = wholeBlocks && emitter.hasOnly(x, 'blocked') ? 'blocked' : 'plain';
    const names = [emitter[layout](x), ...lists.map((list) => emitter.integers(list))];
    emitter.set(y, emitter.emit('Slice', names), layout);
  },
});

/** Puts `step - 1` zeros after each element of an axis. */
export function spreadOut(x: Value, axis: number, step: number): Value {
  if (step === 1) return x;
  const shape = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)];
  const none = shape.map(() => 0);
  const padded = pad(reshape(x, shape), none, none.with(axis + 1, step - 1));
  return reshape(padded, x.shape.with(axis, (x.shape[axis] ?? 0) * step));
}

interface Padding {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

const padOperator = defineOperator<Padding>({
  name: 'Pad',
  infer: ([x], { before, after }) => {
    const shape = (x?.shape ?? []).map((length, axis) => length + (before[axis] ?? 0) + (after[axis] ?? 0));
    if (!x || shape.some((length) => length < 1))
      throw new ShapeError('Pad', [x?.shape ?? []], 'nothing would be left');
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ gradients: [gradient], attributes: { before, after } }) => {
    const negative = (lengths: readonly number[]): number[] => lengths.map((length) => -length);
    return [gradient ? pad(gradient, negative(before), negative(after)) : null];
  },
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { before, after, value } }) => {
    const lengths = emitter.integers([...before, ...after]);
    emitter.set(y, emitter.emit('Pad', [emitter.plain(x), lengths, emitter.number(value)]));
  },
});

/** Joins values along an axis; all other axes have equal lengths. */
export function concat(values: readonly [Value, ...Value[]], axis: number): Value {
  return values.length === 1 ? values[0] : applyOne(concatOperator, values, { axis });
}

export const concatOperator = defineOperator<{ readonly axis: number }>({
  name: 'Concat',
  infer: (values, { axis }) => {
    const [first] = values;
    const shapes = values.map((value) => value.shape);
    const fits = shapes.every((shape) =>
      shape.every((length, at) => at === axis || length === first?.shape[at]),
    );
    if (!first || !fits) throw new ShapeError('Concat', shapes, `only axis ${axis} may differ`);
    const length = shapes.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0);
    return [{ dtype: first.dtype, shape: first.shape.with(axis, length) }];
  },
  gradient: ({ inputs, gradients: [gradient], attributes: { axis }, needs }) => {
    let start = 0;
    return inputs.map((input, index) => {
      const length = input.shape[axis] ?? 0;
      start += length;
      return gradient && needs(index) ? slice(gradient, { axis, start: start - length, end: start }) : null;
    });
  },
  lower: ({ emitter, inputs, outputs: [y], attributes: { axis } }) => {
    const blocked = axis === 1 && inputs.every((input) => emitter.has(input, 'blocked'));
    const names = inputs.map((input) => (blocked ? emitter.blocked(input) : emitter.plain(input)));
    emitter.set(y, emitter.emit('Concat', names, { axis }), blocked ? 'blocked' : 'plain');
  },
});
