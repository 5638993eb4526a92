/**
 * Whether a network is the one that another implementation computed: the same parameters in the same order, and from
 * the same weights the same logits, loss and gradients.
 */
import { createEvaluator, Graph, type Runtime, sizeOf, type Tensor, type Variable } from '@deepflash/engine';
import type { Mode } from '../networks/layers.js';
import { buildNetwork, NetworkError, type NetworkShape } from '../networks/network.js';
import { referenceImage, referenceTarget, referenceWeight } from '../testing/deterministic.js';
import { type BuiltNetwork, compareTraining } from './compare-training.js';
import { type Comparison, type Deviation, largest, limits } from './comparison.js';
import { type NetworkReference, networkShapeOf } from './network-reference.js';

export interface NetworkComparison {
  readonly comparisons: readonly Comparison[];
  /** A sentence for each thing that differs by more than its limit; empty: the networks are equal. */
  readonly differences: readonly string[];
}

/** Builds the network that a reference speaks of, runs it on the same numbers, and compares. */
export async function compareNetwork(
  runtime: Runtime,
  reference: NetworkReference,
): Promise<NetworkComparison> {
  const shape = networkShapeOf(reference);
  if (typeof shape === 'string') return { comparisons: [], differences: [shape] };
  try {
    const { variables } = network(reference, shape, 'train').graph;
    const { fatal, differences } = compareNames(reference.state_dict, variables);
    differences.push(...compareSizes(reference, variables));
    const names: Comparison = {
      what: 'names and shapes',
      count: reference.state_dict.length,
      largest: differences.length,
      at: differences[0] ?? '',
      limit: 0,
      undecided: 0,
    };
    if (fatal) return { comparisons: [names], differences };
    const feeds = feedsOf(reference);
    const comparisons = [
      names,
      await compareEvaluation(runtime, reference, shape, feeds),
      ...(await compareTraining(runtime, reference, network(reference, shape, 'train'), feeds)),
    ];
    return { comparisons, differences: [...differences, ...comparisons.slice(1).flatMap(exceeded)] };
  } catch (error) {
    if (error instanceof NetworkError) return { comparisons: [], differences: [error.message] };
    throw error;
  }
}

function network(reference: NetworkReference, shape: NetworkShape, mode: Mode): BuiltNetwork {
  const graph = new Graph();
  const x = graph.input('x', imageShape(reference));
  return {
    graph,
    logits: buildNetwork(graph, x, { ...shape, classes: reference.classes, mode, dropout: 'off' }),
  };
}

function imageShape({ batch, in_channels, size }: NetworkReference) {
  return [batch, in_channels, size, size];
}

/** The numbers that the reference was computed with. */
function feedsOf(reference: NetworkReference): Record<string, Tensor> {
  const { state_dict, batch, size, classes } = reference;
  return {
    x: referenceImage(imageShape(reference)),
    labels: referenceTarget([batch, size, size], classes),
    ...Object.fromEntries(state_dict.map(([name, shape], t) => [name, referenceWeight(name, shape, t)])),
  };
}

function compareNames(
  expected: NetworkReference['state_dict'],
  variables: readonly Variable[],
): { fatal: boolean; differences: string[] } {
  const wanted = new Map(expected);
  const found = new Map(variables.map(({ name, value }) => [name, value.shape]));
  const differences = [
    ...expected.flatMap(([name]) => (found.has(name) ? [] : [`${name} is missing`])),
    ...[...found.keys()].flatMap((name) => (wanted.has(name) ? [] : [`${name} is unexpected`])),
    ...expected.flatMap(([name, shape]) => {
      const has = found.get(name);
      return !has || has.join() === shape.join()
        ? []
        : [`${name} has the shape [${has.join(', ')}], not [${shape.join(', ')}]`];
    }),
  ];
  if (differences.length > 0) return { fatal: true, differences };
  const order = [...found.keys()];
  const swapped = expected.findIndex(([name], index) => order[index] !== name);
  if (swapped < 0) return { fatal: false, differences };
  const place = `entry ${swapped} is ${order[swapped]}, not ${expected[swapped]?.[0]}`;
  return { fatal: false, differences: [`the order differs: ${place}`] };
}

/** What the reference says in short of its parameters and logits, where it does. */
function compareSizes(
  { parameters: expected, eval_logits: { shape }, batch, classes, size }: NetworkReference,
  variables: readonly Variable[],
): string[] {
  const parameters = variables
    .filter(({ kind }) => kind === 'parameter')
    .reduce((sum, { value }) => sum + sizeOf(value.shape), 0);
  const own = [batch, classes, size, size];
  return [
    ...(expected === undefined || expected === parameters
      ? []
      : [`there are ${parameters} numbers in the parameters, not ${expected}`]),
    ...(shape === undefined || shape.join() === own.join()
      ? []
      : [`the logits have the shape [${own.join(', ')}], not [${shape.join(', ')}]`]),
  ];
}

async function compareEvaluation(
  runtime: Runtime,
  reference: NetworkReference,
  shape: NetworkShape,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Comparison> {
  const { graph, logits } = network(reference, shape, 'evaluate');
  const evaluator = await createEvaluator(runtime, graph, { logits }, { optimisations: 'none' });
  const results = await evaluator.run(feeds).finally(() => evaluator.dispose());
  const { std, every, samples } = reference.eval_logits;
  return largest('logits in evaluation', limits.logits, deviations(results.logits, { every, samples, std }));
}

function deviations(
  tensor: Tensor | undefined,
  {
    every,
    samples,
    std,
  }: { readonly every: number; readonly samples: readonly number[]; readonly std: number },
): Deviation[] {
  return samples.map((sample, index) => ({
    at: `value ${index * every}`,
    deviation: Math.abs(Number(tensor?.data[index * every]) - sample) / std,
  }));
}

function exceeded({ what, largest: most, at, limit }: Comparison): string[] {
  return most <= limit ? [] : [`${what} differ by ${most.toPrecision(3)} at ${at}, more than ${limit}`];
}
