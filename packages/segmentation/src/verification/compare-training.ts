/**
 * Logits and loss of a network in training and the norms of its gradients against a reference.
 *
 * In a deep network of random weights a single pixel that a rounding error lifts over the threshold of a ReLU can change
 * a norm by several hundredths, in PyTorch's single precision as in ours. Where a number is out of its limit, the step is
 * therefore run again on images changed in their last digits: what these alone decide says nothing about the network.
 */
import {
  createEvaluator,
  differentiate,
  type Evaluator,
  float32,
  type Graph,
  oneHot,
  type Runtime,
  reduceSum,
  sqrt,
  square,
  type Tensor,
  type Value,
} from '@deepflash/engine';
import { crossEntropy } from '../losses/cross-entropy.js';
import { deterministic } from '../testing/deterministic.js';
import { type Comparison, type Deviation, largest, limits } from './comparison.js';
import type { NetworkReference } from './network-reference.js';

/** A network of which nothing has been computed yet. Its graph's input is `x`. */
export interface BuiltNetwork {
  readonly graph: Graph;
  readonly logits: Value;
}

type Feeds = Readonly<Record<string, Tensor>>;
/** By name: the `loss`, the norm of each parameter's gradient, and the logits that the reference samples. */
type Numbers = ReadonlyMap<string, number>;

/** The largest change of a pixel for its value: a few of single precision's last digits. */
const nudge = 2 ** -20;
const nudgedRuns = 3;
/** What is out of its limit by less than this many times what nudging changes is undecided. */
const doubt = 3;

/** Compares a step of training. `feeds` are the images `x`, the classes `labels` and all weights by name. */
export async function compareTraining(
  runtime: Runtime,
  reference: NetworkReference,
  { graph, logits }: BuiltNetwork,
  feeds: Feeds,
): Promise<Comparison[]> {
  const { classes, batch, size } = reference;
  const labels = graph.input('labels', [batch, size, size], 'int32');
  const loss = crossEntropy(logits, oneHot(labels, classes));
  const outputs = { loss, [logitsName]: logits, ...gradientNorms(graph, loss) };
  const evaluator = await createEvaluator(runtime, graph, outputs, { optimisations: 'none' });
  try {
    const numbers = (given: Feeds): Promise<Numbers> => numbersOf(evaluator, given, reference);
    const found = await numbers(feeds);
    const comparisons = compared(reference, found, []);
    if (comparisons.every(({ largest: most, limit }) => most <= limit)) return comparisons;
    const nudged: Numbers[] = [];
    for (let run = 0; run < nudgedRuns; run++) nudged.push(await numbers(nudgedFeeds(feeds, run)));
    return compared(reference, found, nudged);
  } finally {
    await evaluator.dispose();
  }
}

function compared(
  { eval_logits: { std }, train: { cross_entropy, gradient_norms, logits, logits_every } }: NetworkReference,
  found: Numbers,
  nudged: readonly Numbers[],
): Comparison[] {
  const spread = (name: string): number =>
    Math.max(0, ...nudged.map((numbers) => Math.abs((numbers.get(name) ?? 0) - (found.get(name) ?? 0))));
  const most = Math.max(...Object.values(gradient_norms).map((norm) => norm ?? 0));
  const ofNorms = Object.entries(gradient_norms).map(([name, norm]): Deviation => {
    const size = found.get(normName(name));
    if (norm === null || size === undefined) {
      return { at: name, deviation: norm === null && size === undefined ? 0 : Infinity };
    }
    const excess = Math.max(0, Math.abs(size - norm) - limits.gradientNoise * most);
    return {
      at: name,
      deviation: excess === 0 ? 0 : excess / norm,
      explained: (doubt * spread(normName(name))) / norm,
    };
  });
  const difference = (name: string, expected: number): Omit<Deviation, 'at'> => ({
    deviation: Math.abs((found.get(name) ?? Number.NaN) - expected),
    explained: doubt * spread(name),
  });
  const ofLogits = logits.map((expected, index): Deviation => {
    const { deviation, explained = 0 } = difference(logitName(index), expected);
    return { at: `value ${index * logits_every}`, deviation: deviation / std, explained: explained / std };
  });
  return [
    largest('logits in training', limits.trainingLogits, ofLogits),
    largest('cross-entropy in training', limits.crossEntropy, [
      { at: 'loss', ...difference('loss', cross_entropy) },
    ]),
    largest('gradient norms', limits.gradientNorm, ofNorms),
  ];
}

async function numbersOf(
  evaluator: Evaluator,
  feeds: Feeds,
  { train: { logits, logits_every } }: NetworkReference,
): Promise<Numbers> {
  const { [logitsName]: found, ...scalars } = await evaluator.run(feeds);
  return new Map([
    ...Object.entries(scalars).map(([name, { data }]) => [name, Number(data[0])] as const),
    ...logits.map((_, index) => [logitName(index), Number(found?.data[index * logits_every])] as const),
  ]);
}

function nudgedFeeds(feeds: Feeds, run: number): Feeds {
  const { x } = feeds;
  if (!x) return feeds;
  const pixels = Array.from(x.data, Number);
  const changed = pixels.map((value, i) => value * (1 + nudge * (2 * deterministic(i, 2000 + run) - 1)));
  return { ...feeds, x: float32(x.shape, changed) };
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

const logitsName = 'logits:sampled';

function logitName(index: number): string {
  return `logits:${index}`;
}

function normName(parameter: string): string {
  return `${parameter}:norm`;
}
