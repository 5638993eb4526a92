/** Activation functions whose gradients are cheaper than what their parts would give. */
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { add, mul, sub } from './arithmetic.js';
import { emitElementwise } from './elementwise.js';
import { exp, sigmoid, square } from './unary.js';

/** x sigmoid(x), also called swish (Ramachandran et al. 2017). */
export function silu(x: Value): Value {
  return applyOne(siluOperator, [x, sigmoid(x)], null);
}

/** (x, s) with s = sigmoid(x) to y = x s. All of the gradient goes to x: dy (s + y (1 - s)). */
const siluOperator = defineOperator<null>({
  name: 'Silu',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ inputs: [, s], outputs: [y], gradients: [gradient] }) => {
    if (!s || !y || !gradient) return [];
    return [mul(gradient, add(s, mul(y, sub(1, s)))), null];
  },
  lower: (context) => emitElementwise(context, (names) => context.emitter.emit('Mul', names)),
});

/** x times the standard normal distribution up to x (Hendrycks and Gimpel 2016), exact, not by the tanh formula. */
export function gelu(x: Value): Value {
  return applyOne(geluOperator, [x, normalDistribution(x)], null);
}

/** (x, p) with p the normal distribution at x to y = x p. All of the gradient goes to x: dy (p + x density(x)). */
const geluOperator = defineOperator<null>({
  name: 'Gelu',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ inputs: [x, p], gradients: [gradient] }) => {
    if (!x || !p || !gradient) return [];
    return [mul(gradient, add(p, mul(x, normalDensity(x)))), null];
  },
  lower: (context) => emitElementwise(context, (names) => context.emitter.emit('Mul', names)),
});

function normalDistribution(x: Value): Value {
  return applyOne(normalDistributionOperator, [x], null);
}

function normalDensity(x: Value): Value {
  return mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
}

/** (1 + erf(x / sqrt 2)) / 2. */
const normalDistributionOperator = defineOperator<null>({
  name: 'NormalDistribution',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ inputs: [x], gradients: [gradient] }) => [
    x && gradient ? mul(gradient, normalDensity(x)) : null,
  ],
  lower: (context) => {
    const { emitter } = context;
    emitElementwise(context, ([x = '']) => {
      const error = emitter.emit('Erf', [emitter.emit('Mul', [x, emitter.number(Math.SQRT1_2)])]);
      // The hard sigmoid is erf / 2 + 1 / 2 in one pass over memory: its limits 0 and 1 are never left.
      return emitter.emit('HardSigmoid', [error], { alpha: { float: 0.5 }, beta: { float: 0.5 } });
    });
  },
});

/** min(max(x, 0), 6). Its gradient is 0 at both limits, as PyTorch's `relu6`. */
export function relu6(x: Value): Value {
  return applyOne(relu6Operator, [x], null);
}

export const relu6Operator = defineOperator<null>({
  name: 'Relu6',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({ outputs: [y], gradients: [gradient] }) => [y && gradient ? relu6Gradient(gradient, y) : null],
  lower: (context) => {
    const { emitter } = context;
    emitElementwise(context, ([x = '']) => emitter.emit('Clip', [x, emitter.number(0), emitter.number(6)]));
  },
});

/** `gradient` where the result `y` of a ReLU6 is between its limits, 0 elsewhere. */
function relu6Gradient(gradient: Value, y: Value): Value {
  return applyOne(relu6GradientOperator, [gradient, y], null);
}

/**
 * The masks y > 0 and y < 6 are hard sigmoids with slopes so large that the next float32 is on the other side, and a
 * power of two, so that y = 6 gives exactly 0.
 */
const relu6GradientOperator = defineOperator<null>({
  name: 'Relu6Gradient',
  infer: ([gradient]) => [{ dtype: 'float32', shape: gradient?.shape ?? [] }],
  gradient: ({ inputs: [, y], gradients: [gradient] }) => [
    y && gradient ? relu6Gradient(gradient, y) : null,
    null,
  ],
  lower: (context) => {
    const { emitter } = context;
    const slope = 2 ** 120;
    emitElementwise(context, ([gradient = '', y = '']) => {
      const positive = emitter.emit('HardSigmoid', [y], { alpha: { float: 3e38 }, beta: { float: 0 } });
      const below = emitter.emit('HardSigmoid', [y], {
        alpha: { float: -slope },
        beta: { float: 6 * slope },
      });
      return emitter.emit('Mul', [emitter.emit('Mul', [gradient, positive]), below]);
    });
  },
});
