import type { Graph, Value, Variable } from '../graph/graph.js';

/** A parameter with the gradient of the loss for it. */
export interface Gradient {
  readonly parameter: Variable;
  readonly gradient: Value;
}

/** What an optimiser may use beside the gradients; all scalars. */
export interface OptimizerInputs {
  readonly learningRate: Value;
  /** Momentum of SGD, beta1 of Adam: schedules move it against the learning rate. */
  readonly momentum: Value;
  /** By which every gradient is to be multiplied (norm clipping). */
  readonly gradientScale: Value;
}

/** Adds the nodes and the state of an optimiser to a graph, and sets the parameters' updates. */
export type Optimizer = (graph: Graph, gradients: readonly Gradient[], inputs: OptimizerInputs) => void;
