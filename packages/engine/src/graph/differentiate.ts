import { ShapeError } from '../errors.js';
import { add } from '../ops/arithmetic.js';
import type { Graph, Value } from './graph.js';
import type { Node } from './operator.js';

/**
 * Adds the nodes that compute d loss / d value for each of `values` (reverse accumulation).
 *
 * `loss` is a scalar. A value that the loss does not depend on has the gradient null.
 */
export function differentiate(loss: Value, values: readonly Value[]): (Value | null)[] {
  if (loss.shape.length > 0) throw new ShapeError('differentiate', [loss.shape], 'the loss must be a scalar');
  const graph = loss.graph;
  const gradients = new Map<Value, Value>([[loss, graph.scalar(1)]]);
  const forward = [...graph.nodes];
  const dependent = dependents(forward, values);

  for (const node of forward.reverse()) {
    const arriving = node.outputs.map((output) => gradients.get(output) ?? null);
    if (arriving.every((gradient) => gradient === null)) continue;
    const needs = (input: number): boolean => {
      const value = node.inputs[input];
      return value !== undefined && dependent.has(value);
    };
    if (!node.inputs.some((_, input) => needs(input))) continue;
    graph.inLayer(`${node.layer} (gradient)`, () => {
      const leaving = node.differentiate(arriving, needs);
      node.inputs.forEach((input, index) => {
        const gradient = leaving[index];
        if (!gradient || !dependent.has(input)) return;
        const earlier = gradients.get(input);
        gradients.set(input, earlier ? add(earlier, gradient) : gradient);
      });
    });
  }
  return values.map((value) => gradients.get(value) ?? null);
}

/** All values that are computed from `sources`, these included. */
function dependents(nodes: readonly Node[], sources: readonly Value[]): Set<Value> {
  const reached = new Set(sources);
  for (const node of nodes) {
    if (node.inputs.some((input) => reached.has(input))) {
      for (const output of node.outputs) reached.add(output);
    }
  }
  return reached;
}

/** The nodes, in order, that `targets` need: what else the graph holds is dead. */
export function neededNodes(graph: Graph, targets: Iterable<Value>): Node[] {
  const wanted = new Set(targets);
  const needed: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    for (const input of node.inputs) wanted.add(input);
    needed.push(node);
  }
  return needed.reverse();
}
