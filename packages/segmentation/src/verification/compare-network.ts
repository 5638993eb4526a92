/**
 * Whether a network is the one that another implementation computed: the same parameters in the same order, and from
 * the same weights the same logits, loss and gradients.
 */
import {
  createEvaluator,
  differentiate,
  Graph,
  oneHot,
  type Runtime,
  reduceSum,
  sqrt,
  square,
  type Tensor,
  type Value,
  type Variable,
} from '@deepflash/engine';
import { crossEntropy } from '../losses/cross-entropy.js';
import type { Mode } from '../networks/layers.js';
import { buildNetwork, NetworkError, type NetworkShape } from '../networks/network.js';
import { referenceImage, referenceTarget, referenceWeight } from '../testing/deterministic.js';
import { type NetworkReference, networkShapeOf } from './network-reference.js';

/** How far answers in single precision may be from the reference's in double precision. */
export const limits = {
  /** Of a logit, for the standard deviation of all. */
  logits: 1e-3,
  crossEntropy: 1e-4,
  /** Of a gradient's norm, for the norm. */
  gradientNorm: 0.01,
  /**
   * Beside that, for the largest norm of all: where batch normalisation takes a bias away again its gradient is zero,
   * and single precision leaves some noise of it.
   */
  gradientNoise: 1e-4,
} as const;

/** One kind of numbers that were compared. */
export interface Comparison {
  readonly what: string;
  /** How many of them. */
  readonly count: number;
  /** The largest deviation, and where. */
  readonly largest: number;
  readonly at: string;
  readonly limit: number;
}

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
    const names: Comparison = {
      what: 'names and shapes',
      count: reference.state_dict.length,
      largest: differences.length,
      at: differences[0] ?? '',
      limit: 0,
    };
    if (fatal) return { comparisons: [names], differences };
    const feeds = feedsOf(reference);
    const comparisons = [
      names,
      await compareEvaluation(runtime, reference, shape, feeds),
      ...(await compareTraining(runtime, reference, shape, feeds)),
    ];
    return { comparisons, differences: [...differences, ...comparisons.slice(1).flatMap(exceeded)] };
  } catch (error) {
    if (error instanceof NetworkError) return { comparisons: [], differences: [error.message] };
    throw error;
  }
}

interface Built {
  readonly graph: Graph;
  readonly logits: Value;
}

function network(reference: NetworkReference, shape: NetworkShape, mode: Mode): Built {
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

async function compareEvaluation(
  runtime: Runtime,
  reference: NetworkReference,
  shape: NetworkShape,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Comparison> {
  const { graph, logits } = network(reference, shape, 'evaluate');
  const results = await evaluated(runtime, graph, { logits }, feeds);
  const { std, every, samples } = reference.eval_logits;
  return largest('logits in evaluation', limits.logits, deviations(results.logits, { every, samples, std }));
}

async function compareTraining(
  runtime: Runtime,
  reference: NetworkReference,
  shape: NetworkShape,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Comparison[]> {
  const { classes, batch, size, train } = reference;
  const { graph, logits } = network(reference, shape, 'train');
  const labels = graph.input('labels', [batch, size, size], 'int32');
  const loss = crossEntropy(logits, oneHot(labels, classes));
  const norms = gradientNorms(graph, loss);
  const results = await evaluated(runtime, graph, { loss, logits, ...norms }, feeds);
  const lossDeviation = Math.abs(Number(results.loss?.data[0]) - train.cross_entropy);
  const expected = Object.entries(train.gradient_norms);
  const most = Math.max(...expected.map(([, norm]) => norm ?? 0));
  const ofNorms = expected.map(([name, norm]): Deviation => {
    const found = results[normName(name)]?.data[0];
    const size = found === undefined ? null : Number(found);
    if (norm === null || size === null) return { at: name, deviation: norm === size ? 0 : Infinity };
    const excess = Math.max(0, Math.abs(size - norm) - limits.gradientNoise * most);
    return { at: name, deviation: excess === 0 ? 0 : excess / norm };
  });
  return [
    largest('cross-entropy in training', limits.crossEntropy, [{ at: 'loss', deviation: lossDeviation }]),
    largest('gradient norms', limits.gradientNorm, ofNorms),
  ];
}

/** The norms are computed in the graph, so that no gradient need be kept or handed out. */
function gradientNorms(graph: Graph, loss: Value): Record<string, Value> {
  const parameters = graph.variables.filter((variable) => variable.kind === 'parameter');
  const gradients = differentiate(
    loss,
    parameters.map((parameter) => parameter.value),
  );
  return Object.fromEntries(
    parameters.flatMap(({ name }, index) => {
      const gradient = gradients[index];
      return gradient ? [[normName(name), sqrt(reduceSum(square(gradient)))] as const] : [];
    }),
  );
}

function normName(parameter: string): string {
  return `${parameter}:norm`;
}

async function evaluated(
  runtime: Runtime,
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const evaluator = await createEvaluator(runtime, graph, outputs);
  try {
    return await evaluator.run(feeds);
  } finally {
    await evaluator.dispose();
  }
}

interface Deviation {
  readonly at: string;
  readonly deviation: number;
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

function largest(what: string, limit: number, found: readonly Deviation[]): Comparison {
  // What is no number is the largest of all.
  const size = ({ deviation }: Deviation): number => (Number.isNaN(deviation) ? Infinity : deviation);
  const worst = found.reduce((most, next) => (size(next) > size(most) ? next : most), {
    at: '',
    deviation: 0,
  });
  return { what, count: found.length, largest: size(worst), at: worst.at, limit };
}

function exceeded({ what, largest: most, at, limit }: Comparison): string[] {
  return most <= limit ? [] : [`${what} differ by ${most.toPrecision(3)} at ${at}, more than ${limit}`];
}
