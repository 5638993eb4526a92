/**
 * A whole ensemble as one graph, from raw pixels to probabilities and their uncertainty, so that whoever runs the file
 * needs to know nothing of how its networks were trained.
 *
 * Every tile goes, normalised, in each flip through each network. With the probability p of a class over all of these,
 * weighted by the networks' weights, and its mean over them (deepFlash2: Griebel et al. 2023, after Kwon et al. 2020):
 *
 *     epistemic = mean(p²) - mean(p)²      the networks disagree
 *     aleatoric = mean(p (1 - p))          the image itself is ambiguous
 *
 * each divided by 0.25, its largest value, and averaged over the classes; the uncertainty is their sum.
 */
import {
  add,
  concat,
  flip as flipped,
  float32,
  type Graph,
  maximum,
  mul,
  reduceMean,
  sigmoid,
  softmax,
  splitEvenly,
  square,
  sub,
  type Value,
} from '@deepflash/engine';
import type { NetworkOutputs } from '../networks/network.js';
import type { Normalisation } from './read-tile.js';
import type { Flip } from './test-time-augmentation.js';
import { LARGEST_VARIANCE } from './uncertainty.js';

export interface EnsembleGraphOptions extends Normalisation {
  /** Each network, which takes normalised images [N, C, H, W]. */
  readonly networks: readonly ((images: Value) => NetworkOutputs)[];
  /** How much each network counts, 1 together. */
  readonly weights: readonly number[];
  readonly flips: readonly Flip[];
}

/** What an ensemble says of each pixel. */
export interface EnsembleValues {
  /** Mean probability of each class [N, K, H, W]. */
  readonly probabilities: Value;
  /** [N, 1, H, W], 0 to 1, as the two below, of which it is the sum. */
  readonly uncertainty: Value;
  readonly epistemic: Value;
  readonly aleatoric: Value;
  /** Mean of what the second heads say, [N, 2, H, W], 0 to 1; null where the networks have none. */
  readonly separation: Value | null;
}

/** Adds an ensemble to the graph. @param images raw intensities [N, C, H, W] */
export function ensembleGraph(
  graph: Graph,
  images: Value,
  { networks, weights, flips, means, stds }: EnsembleGraphOptions,
): EnsembleValues {
  const perChannel = (numbers: readonly number[]): Value =>
    graph.constant(float32([1, numbers.length, 1, 1], [...numbers]));
  const factors = perChannel(stds.map((std) => 1 / std));
  const normalised = mul(sub(images, perChannel(means)), factors);
  const seen = joined(flips.map((flip) => flipped(normalised, axesOf(flip))));
  const shares = networks.map((_, index) => graph.scalar((weights[index] ?? 0) / flips.length));
  const answers = networks.map((network) => network(seen));
  /** What each network says in each flip, flipped back, with its share. */
  const everyView = (views: readonly Value[]) =>
    views.flatMap((value, index) => {
      const parts = splitEvenly(value, flips.length, 0);
      return flips.map((flip, at) => ({
        share: partOf(shares, index),
        p: flipped(partOf(parts, at), axesOf(flip)),
      }));
    });
  const classes = everyView(answers.map(({ logits }) => softmax(logits, 1)));
  const mean = (views: ReturnType<typeof everyView>) => sum(views.map(({ share, p }) => mul(p, share)));
  const probabilities = mean(classes);
  const squares = sum(classes.map(({ share, p }) => mul(square(p), share)));
  const part = (value: Value): Value =>
    maximum(mul(reduceMean(value, [1]), graph.scalar(1 / LARGEST_VARIANCE)), graph.scalar(0));
  const epistemic = part(sub(squares, square(probabilities)));
  const aleatoric = part(sub(probabilities, squares));
  const heads = answers.flatMap(({ separation }) => (separation === null ? [] : [sigmoid(separation)]));
  const separation = heads.length === 0 ? null : mean(everyView(heads));
  return { probabilities, uncertainty: add(epistemic, aleatoric), epistemic, aleatoric, separation };
}

function axesOf(flip: Flip): number[] {
  return { none: [], vertical: [2], horizontal: [3], both: [2, 3] }[flip];
}

function joined(values: readonly Value[]): Value {
  const [first, ...rest] = values;
  if (!first) throw new RangeError('An ensemble sees each tile at least once.');
  return concat([first, ...rest], 0);
}

function partOf(parts: readonly Value[], index: number): Value {
  const part = parts[index];
  if (!part) throw new RangeError(`There is no part ${index}.`);
  return part;
}

function sum(values: readonly Value[]): Value {
  const [first, ...rest] = values;
  if (!first) throw new RangeError('An ensemble needs a network.');
  return rest.reduce(add, first);
}
