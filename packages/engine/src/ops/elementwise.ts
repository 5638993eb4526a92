/** How operators that treat every element alike are written: in the layout in which their inputs lie. */
import type { Value } from '../graph/graph.js';
import type { Emitter, Layout } from '../lowering/emitter.js';
import type { LoweringContext } from '../lowering/lowering.js';
import type { Attribute } from '../onnx/model.js';
import { sameShape } from '../tensor.js';

/** A value, or a number that stands for a scalar. */
export type Operand = Value | number;

/** Writes one ONNX node, in the layout of the inputs. */
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
  const tensors = inputs.filter((input) => !scalar(input));
  const alike = tensors.length > 0 && tensors.every((input) => sameShape(input.shape, output.shape));
  const layout = alike ? layoutOf(emitter, tensors) : 'plain';
  const names = inputs.map((input) => (scalar(input) ? emitter.plain(input) : emitter[layout](input)));
  emitter.set(output, recipe(names), layout);
}

/** What is packed stays so, and its gradient follows; images stay blocked where none of them is to be had plain. */
function layoutOf(emitter: Emitter, tensors: readonly Value[]): Layout {
  if (tensors.some((tensor) => emitter.hasOnly(tensor, 'packed'))) return 'packed';
  // Where the plain numbers are there as well, they are taken: blocked copies would have to be kept for longer.
  return tensors.every((tensor) => emitter.hasOnly(tensor, 'blocked')) ? 'blocked' : 'plain';
}
