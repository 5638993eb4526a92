/** From the graph of a loss to the ONNX model of a training step: forward pass, backward pass and the optimiser's update. */
import { differentiate } from '../graph/differentiate.js';
import type { Graph, Value } from '../graph/graph.js';
import { lower } from '../lowering/lower.js';
import { packedVariables } from '../lowering/packed-weights.js';
import { add, div, minimum, mul } from '../ops/arithmetic.js';
import { sumOfSquares } from '../ops/reduce.js';
import { sqrt } from '../ops/unary.js';
import type { Gradient, Optimizer } from '../optimizers/optimizer.js';
import { averageWeights } from '../optimizers/weight-average.js';
import type { Runtime } from '../runtime.js';
import { updated } from './device-state.js';

export interface TrainingOptions {
  /** A scalar value of the graph. */
  readonly loss: Value;
  readonly optimizer: Optimizer;
  /** Gradients are scaled down together where the norm of all of them exceeds this. Default: no limit. */
  readonly clipNorm?: number;
  /** Keeps a moving average of the weights with this decay, see `averageWeights`. Default: none. */
  readonly averageDecay?: number;
  /**
   * Parameters, by their names, whose learning rate is multiplied by `slowFactor` in each step: a pretrained part of a
   * network that is to change less than the rest, or at 0 not at all. Default: none.
   */
  readonly slow?: (parameter: string) => boolean;
  /** Decides the initial weights, each by the seed and its own name, and what random inputs get in each step. */
  readonly seed: number | string;
}

/** The bytes of the ONNX model of a training step. */
export function trainingModel(runtime: Runtime, graph: Graph, options: TrainingOptions): Uint8Array {
  const { loss } = options;
  const parameters = graph.variables.filter((variable) => variable.kind === 'parameter');
  const found = differentiate(
    loss,
    parameters.map((parameter) => parameter.value),
  );
  const gradients = parameters.flatMap((parameter, index): Gradient[] => {
    const gradient = found[index];
    return gradient ? [{ parameter, gradient }] : [];
  });
  const norm = graph.inLayer('optimizer', () => update(graph, gradients, options));
  const updates = [...graph.updates].map(([variable, value]) => [updated(variable), value] as const);
  const packed = [...packedVariables(graph, runtime.blockSize)].flatMap((variable) => {
    const next = graph.updates.get(variable);
    return next ? [variable.value, next] : [variable.value];
  });
  return lower(graph, {
    packed: new Set(packed),
    outputs: { loss, gradientNorm: norm, ...Object.fromEntries(updates) },
    variables: 'inputs',
    table: runtime.lowerings,
    blockSize: runtime.blockSize,
  });
}

/** Adds the optimiser to a graph, and returns the norm of all gradients. */
function update(
  graph: Graph,
  gradients: readonly Gradient[],
  { optimizer, clipNorm = 1e30, averageDecay, slow = () => false }: TrainingOptions,
): Value {
  // ONNX Runtime computes what the innermost sum needs first. Summed from the last layer to the first, each layer's
  // gradients are computed one after the other; the other way round, those of all images would come before those of
  // the weights, and all would be kept in memory at once.
  const squares = gradients.map(({ gradient }) => sumOfSquares(gradient)).reverse();
  const norm = sqrt(squares.reduce((sum, next) => add(sum, next)));
  const inputs = {
    learningRate: graph.input('learningRate', []),
    momentum: graph.input('momentum', []),
    gradientScale: minimum(div(clipNorm, add(norm, 1e-6)), 1),
  };
  const isSlow = ({ parameter }: Gradient): boolean => slow(parameter.name);
  const quick = gradients.filter((gradient) => !isSlow(gradient));
  if (quick.length > 0) optimizer(graph, quick, inputs);
  if (quick.length < gradients.length) {
    const learningRate = mul(inputs.learningRate, graph.input('slowFactor', []));
    // An optimiser of its own has state of its own.
    graph.within('optimizer.slow', () =>
      optimizer(graph, gradients.filter(isSlow), { ...inputs, learningRate }),
    );
  }
  if (averageDecay !== undefined) averageWeights(graph, averageDecay);
  return norm;
}
