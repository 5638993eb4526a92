import { GradientError } from '../errors.js';
import type { Lowering, LoweringTable } from '../lowering/lowering.js';
import type { TensorType } from '../tensor.js';
import type { Value } from './graph.js';

/** What one kind of operation means: its shapes, its gradient, and ONNX nodes that compute it anywhere. */
export interface OperatorDefinition<A> {
  readonly name: string;
  /** The types of the results. Throws `ShapeError` where the inputs do not fit. */
  infer(inputs: readonly TensorType[], attributes: A): readonly TensorType[];
  /** For each input the gradient of the loss, or null where it has none. Absent: not differentiable. */
  readonly gradient?: (context: GradientContext<A>) => readonly (Value | null)[];
  /** Writes ONNX nodes that every device understands. Devices may prefer others: see `LoweringTable`. */
  readonly lower: Lowering<A>;
}

export interface GradientContext<A> {
  readonly attributes: A;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Gradient of the loss for each result; null for one that the loss does not depend on. */
  readonly gradients: readonly (Value | null)[];
  /** Whether anything asks for the gradient of input i. */
  readonly needs: (input: number) => boolean;
}

export interface Operator<A> extends OperatorDefinition<A> {
  /** Applies the operator, adding a node to the graph of its inputs. */
  apply(inputs: readonly [Value, ...Value[]], attributes: A): readonly Value[];
}

/** An operator applied to values. */
export interface Node {
  readonly operator: string;
  /** The layer of the network that it belongs to, for profiles. */
  readonly layer: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Adds the nodes of the gradient to the graph. Throws `GradientError` for an operator without one. */
  differentiate(
    gradients: readonly (Value | null)[],
    needs: (input: number) => boolean,
  ): readonly (Value | null)[];
  /** Writes ONNX nodes, by the table's lowering where it has one that takes this node. */
  lower(emitter: Parameters<Lowering<never>>[0]['emitter'], table: LoweringTable): void;
}

export function defineOperator<A>(definition: OperatorDefinition<A>): Operator<A> {
  const operator: Operator<A> = {
    ...definition,
    apply(inputs, attributes) {
      const graph = inputs[0].graph;
      const outputs = definition.infer(inputs, attributes).map((type) => graph.value(type));
      graph.addNode({
        operator: definition.name,
        inputs,
        outputs,
        differentiate(gradients, needs) {
          if (!definition.gradient) throw new GradientError(definition.name);
          return definition.gradient({ attributes, inputs, outputs, gradients, needs });
        },
        lower(emitter, table) {
          const context = { emitter, attributes, inputs, outputs };
          const preferred = table.get(operator);
          if (!preferred?.(context)) definition.lower(context);
        },
      });
      return outputs;
    },
  };
  return operator;
}

/** Applies an operator that has a single result. */
export function applyOne<A>(
  operator: Operator<A>,
  inputs: readonly [Value, ...Value[]],
  attributes: A,
): Value {
  const [result] = operator.apply(inputs, attributes);
  if (!result) throw new Error(`${operator.name} has no result.`);
  return result;
}
