/** Sums, differences, products and quotients with NumPy's broadcasting. */
import { ShapeError } from '../errors.js';
import type { Graph, Value } from '../graph/graph.js';
import { applyOne, defineOperator, type GradientContext, type Operator } from '../graph/operator.js';
import type { Shape } from '../tensor.js';
import { sumTo } from './broadcast.js';
import { equal, greater } from './compare.js';
import { lowerElementwise, type Operand } from './elementwise.js';
import { square } from './unary.js';

export const addOperator = binaryOperator('Add', ({ gradient }) => [gradient, gradient]);
export const add = applied(addOperator);

export const sub = binary('Sub', ({ gradient, needs }) => [gradient, needs(1) ? mul(gradient, -1) : null]);

export const mulOperator = binaryOperator('Mul', ({ a, b, gradient, needs }) => [
  needs(0) ? mul(gradient, b) : null,
  needs(1) ? mul(gradient, a) : null,
]);
export const mul = applied(mulOperator);

export const div = binary('Div', ({ a, b, gradient, needs }) => [
  needs(0) ? div(gradient, b) : null,
  needs(1) ? mul(div(mul(gradient, a), square(b)), -1) : null,
]);

/** The larger of two. Where they are equal, both get half of the gradient, as in PyTorch. */
export const maximum = binary('Max', ({ a, b, gradient }) => share(a, b, gradient));

/** The smaller of two. Where they are equal, both get half of the gradient, as in PyTorch. */
export const minimum = binary('Min', ({ a, b, gradient }) => share(b, a, gradient));

/** Limits values to [low, high]. */
export function clamp(x: Value, low: number, high: number): Value {
  return minimum(maximum(x, low), high);
}

interface BinaryGradient {
  readonly a: Value;
  readonly b: Value;
  readonly gradient: Value;
  readonly needs: (input: number) => boolean;
}

type Binary = (a: Operand, b: Operand) => Value;

type GradientRule = (context: BinaryGradient) => readonly [Value | null, Value | null];

function binary(name: string, rule: GradientRule): Binary {
  return applied(binaryOperator(name, rule));
}

function binaryOperator(name: string, rule: GradientRule): Operator<null> {
  return defineOperator<null>({
    name,
    infer: ([a, b]) => {
      if (!a || !b || a.dtype !== b.dtype)
        throw new ShapeError(name, [], 'two tensors of one type are needed');
      return [{ dtype: a.dtype, shape: broadcastShape(name, a.shape, b.shape) }];
    },
    gradient: ({ inputs: [a, b], gradients: [gradient], needs }: GradientContext<null>) => {
      if (!a || !b || !gradient) return [null, null];
      const [da, db] = rule({ a, b, gradient, needs });
      return [da && sumTo(da, a.shape), db && sumTo(db, b.shape)];
    },
    lower: (context) => lowerElementwise(context, name),
  });
}

function applied(operator: Operator<null>): Binary {
  return (a, b) => {
    const graph = graphOf(a, b);
    return applyOne(operator, [asValue(graph, a), asValue(graph, b)], null);
  };
}

function share(larger: Value, smaller: Value, gradient: Value): readonly [Value, Value] {
  const half = mul(equal(larger, smaller), 0.5);
  return [
    mul(gradient, add(greater(larger, smaller), half)),
    mul(gradient, add(greater(smaller, larger), half)),
  ];
}

function graphOf(...operands: readonly Operand[]): Graph {
  for (const operand of operands) if (typeof operand !== 'number') return operand.graph;
  throw new TypeError('At least one operand must be a value of a graph.');
}

function asValue(graph: Graph, operand: Operand): Value {
  return typeof operand === 'number' ? graph.scalar(operand) : operand;
}

/** The shape of a result of two operands: axes are aligned from the last, and lengths of 1 are repeated. */
export function broadcastShape(operator: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(operator, [a, b], 'the lengths of an axis must be equal or 1');
    }
    return left === 1 ? right : left;
  });
}
