import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { mul } from './arithmetic.js';
import { lowerElementwise } from './elementwise.js';
import { sigmoid } from './unary.js';

/** log(1 + exp(x)), without overflow: minus the logarithm of the sigmoid of -x. */
export function softplus(x: Value): Value {
  return applyOne(softplusOperator, [x], null);
}

const softplusOperator = defineOperator<null>({
  name: 'Softplus',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ inputs: [x], gradients: [gradient] }) => [x && gradient ? mul(gradient, sigmoid(x)) : null],
  lower: (context) => lowerElementwise(context, 'Softplus'),
});
