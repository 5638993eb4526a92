/** Functions of one number, applied to every element. */
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator, type Operator } from '../graph/operator.js';
import type { LoweringContext } from '../lowering/lowering.js';
import { div, mul, sub } from './arithmetic.js';
import { emitElementwise, lowerElementwise } from './elementwise.js';

type Unary = (x: Value) => Value;

export const exp = unary('Exp', ({ y, gradient }) => mul(gradient, y));
export const log = unary('Log', ({ x, gradient }) => div(gradient, x));
export const sqrt = unary('Sqrt', ({ y, gradient }) => div(mul(gradient, 0.5), y));
export const abs = unary('Abs', ({ x, gradient }) => mul(gradient, sign(x)));
export const tanh = unary('Tanh', ({ y, gradient }) => mul(gradient, sub(1, square(y))));
export const sigmoid = unary('Sigmoid', ({ y, gradient }) => mul(gradient, mul(y, sub(1, y))));
export const square = unary(
  'Square',
  ({ x, gradient }) => mul(gradient, mul(x, 2)),
  (context) => emitElementwise(context, ([x = '']) => context.emitter.emit('Mul', [x, x])),
);

/** -1, 0 or 1. No gradient passes. */
export const signOperator = unaryOperator('Sign', () => null);
export const sign: Unary = (x) => applyOne(signOperator, [x], null);

/** max(x, 0). Its gradient is 0 at 0. */
export function relu(x: Value): Value {
  return applyOne(reluOperator, [x], null);
}

export const reluOperator = unaryOperator('Relu', ({ y, gradient }) => reluGradient(gradient, y));

/** `gradient` where the result `y` of a ReLU is positive, 0 elsewhere. */
export function reluGradient(gradient: Value, y: Value): Value {
  return applyOne(reluGradientOperator, [gradient, y], null);
}

/**
 * The mask 1 where y > 0 is a hard sigmoid with a slope so large that every positive float32 gives 1: one pass over
 * memory where a comparison and a cast would need two.
 */
const reluGradientOperator = defineOperator<null>({
  name: 'ReluGradient',
  infer: ([gradient]) => [{ dtype: 'float32', shape: gradient?.shape ?? [] }],
  gradient: ({ inputs: [, y], gradients: [gradient] }) => [
    y && gradient ? reluGradient(gradient, y) : null,
    null,
  ],
  lower: (context) => {
    const { emitter } = context;
    emitElementwise(context, ([gradient = '', y = '']) => {
      const mask = emitter.emit('HardSigmoid', [y], { alpha: { float: 3e38 }, beta: { float: 0 } });
      return emitter.emit('Mul', [gradient, mask]);
    });
  },
});

interface UnaryGradient {
  readonly x: Value;
  readonly y: Value;
  readonly gradient: Value;
}

type GradientRule = (context: UnaryGradient) => Value | null;

function unary(name: string, rule: GradientRule, lower?: (context: LoweringContext<null>) => void): Unary {
  const operator = unaryOperator(name, rule, lower);
  return (x) => applyOne(operator, [x], null);
}

function unaryOperator(
  name: string,
  rule: GradientRule,
  lower: (context: LoweringContext<null>) => void = (context) => lowerElementwise(context, name),
): Operator<null> {
  return defineOperator<null>({
    name,
    infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
    gradient: ({ inputs: [x], outputs: [y], gradients: [gradient] }) => [
      x && y && gradient ? rule({ x, y, gradient }) : null,
    ],
    lower,
  });
}
