/** How operators that treat every element alike are written: in whichever layout their inputs lie. */
import type { Value } from '../graph/graph.js';
import type { LoweringContext } from '../lowering/lowering.js';
import type { Attribute } from '../onnx/model.js';
import { sameShape } from '../tensor.js';

/** A value, or a number that stands for a scalar. */
export type Operand = Value | number;

/** Writes one ONNX node, on blocked tensors where an input is blocked and all others have its shape or are scalars. */
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
  const blocked =
    inputs.some((input) => emitter.has(input, 'blocked')) &&
    inputs.every(
      (input) => scalar(input) || (sameShape(input.shape, output.shape) && emitter.blockable(input)),
    );
  const names = inputs.map((input) =>
    blocked && !scalar(input) ? emitter.blocked(input) : emitter.plain(input),
  );
  emitter.set(output, recipe(names), blocked ? 'blocked' : 'plain');
}
