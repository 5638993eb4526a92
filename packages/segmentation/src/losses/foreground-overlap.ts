/** What the losses of overlapping regions (Dice, Jaccard, Tversky) share. */
import {
  float32,
  greater,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  slice,
  softmax,
  type Value,
} from '@deepflash/engine';
import type { Counting } from './loss.js';

/** Sums of probabilities over the whole batch, for each foreground class: [C - 1]. */
export interface ForegroundOverlap {
  /** Of the product of prediction and truth. */
  readonly both: Value;
  readonly predicted: Value;
  readonly true: Value;
}

/** The overlap of the softmax of logits with the truth, of the classes 1 to C - 1 and the pixels that count. */
export function foregroundOverlap(
  logits: Value,
  truth: Value,
  { pixelWeights = null }: Counting,
): ForegroundOverlap {
  const classes = logits.shape[1] ?? 0;
  const foreground = (value: Value): Value => slice(value, { axis: 1, start: 1, end: classes });
  const total = (value: Value): Value => reshape(reduceSum(value, [0, 2, 3]), [classes - 1]);
  const counted = (value: Value): Value => (pixelWeights ? mul(value, pixelWeights) : value);
  const probability = counted(foreground(softmax(logits, 1)));
  const target = foreground(truth);
  return {
    both: total(mul(probability, target)),
    predicted: total(probability),
    true: total(counted(target)),
  };
}

/**
 * The mean over the foreground classes of what each costs, [C - 1], by their class weights. A class that the batch does
 * not hold costs nothing.
 */
export function meanOverForeground(
  costs: Value,
  overlap: ForegroundOverlap,
  { classWeights = null }: Counting,
): Value {
  const graph = costs.graph;
  const present = mul(costs, greater(overlap.true, graph.scalar(0)));
  if (classWeights === null) return reduceMean(present);
  const [, ...weights] = classWeights;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = weights.map((weight) => weight / sum);
  return reduceSum(mul(present, graph.constant(float32([shares.length], shares))));
}
