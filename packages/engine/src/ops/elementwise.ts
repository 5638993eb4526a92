/** How operators that treat every element alike are written: in the layout in which their inputs lie. */
import type { Value } from '../graph/graph.js';
import type { LoweringContext } from '../lowering/lowering.js';
import type { Attribute } from '../onnx/model.js';
import { sameShape } from '../tensor.js';

/** A value, or a number that stands for a scalar. */
export type Operand = Value | number;

/** Writes one ONNX node, on blocked tensors where all inputs but scalars lie blocked only. */
export function lowerElementwise(
  { emitter, inputs, outputs }: LoweringContext<unknown>,
  type: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): void {
  emitElementwise({ emitter, inputs, outputs }, (names) => emitter.emit(type, names, attributes));
}

/** The same for a recipe of several nodes: `recipe` gets the names of the inputs and returns that of the result. */
export function emitElementwise(
  { emitter, inputs, outputs }: Pick<LoweringContext<unknown>, 'emitter' | 'inputs' | 'outputs'>,
  recipe: (names: readonly string[]) => string,
): void {
  const [output] = outputs;
  if (!output) throw new Error('An elementwise operator has one result.');
  const scalar = (value: Value): boolean => value.shape.length === 0;
  // Where the plain numbers are there as well, they are taken: blocked copies would have to be kept for longer.
  const blockedOnly = (value: Value): boolean =>
    emitter.has(value, 'blocked') && !emitter.has(value, 'plain');
  const tensors = inputs.filter((input) => !scalar(input));
  const blocked =
    tensors.length > 0 &&
    tensors.every((input) => blockedOnly(input) && sameShape(input.shape, output.shape));
  const names = inputs.map((input) =>
    blocked && !scalar(input) ? emitter.blocked(input) : emitter.plain(input),
  );
  emitter.set(output, recipe(names), blocked ? 'blocked' : 'plain');
}
