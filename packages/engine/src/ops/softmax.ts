import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { mul, sub } from './arithmetic.js';
import { reduceSum } from './reduce.js';
import { exp } from './unary.js';

/** exp(x) divided by its sum along an axis. */
export function softmax(x: Value, axis: number): Value {
  return applyOne(softmaxOperator, [x], { axis });
}

/** The logarithm of `softmax`, without overflow. */
export function logSoftmax(x: Value, axis: number): Value {
  return applyOne(logSoftmaxOperator, [x], { axis });
}

export interface Axis {
  readonly axis: number;
}

const softmaxOperator = defineOperator<Axis>({
  name: 'Softmax',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ outputs: [y], gradients: [gradient], attributes: { axis } }) => {
    if (!y || !gradient) return [null];
    const weighted = mul(gradient, y);
    return [sub(weighted, mul(y, reduceSum(weighted, [axis])))];
  },
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { axis } }) =>
    emitter.set(y, emitter.emit('Softmax', [emitter.plain(x)], { axis })),
});

export const logSoftmaxOperator = defineOperator<Axis>({
  name: 'LogSoftmax',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ outputs: [y], gradients: [gradient], attributes: { axis } }) => [
    y && gradient ? sub(gradient, mul(exp(y), reduceSum(gradient, [axis]))) : null,
  ],
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { axis } }) =>
    emitter.set(y, emitter.emit('LogSoftmax', [emitter.plain(x)], { axis })),
});
