/** Means over the pixels that count. */
import { div, float32, maximum, mul, reduceSum, type Value } from '@deepflash/engine';
import type { Counting } from './loss.js';

/**
 * The mean of what each pixel costs. A pixel counts by its weight and, in the mean over its true probabilities, by that
 * of its classes; where no pixel counts, the mean is 0.
 *
 * @param costs [N, 1, H, W], or [N, C, H, W] to be summed over the classes
 * @param truth [N, C, H, W]
 */
export function meanOverPixels(costs: Value, truth: Value, counting: Counting): Value {
  const weighted = weightedTruth(truth, counting);
  if (weighted === null) return mul(reduceSum(costs), 1 / pixelCount(truth));
  const weights = reduceSum(weighted, [1]);
  return div(reduceSum(mul(costs, weights)), atLeastSomething(reduceSum(weights)));
}

/** The truth with each plane multiplied by the weights of its class and pixels; null where all count 1. */
export function weightedTruth(truth: Value, counting: Counting): Value | null {
  const { pixelWeights = null, classWeights = null } = counting;
  return pixelWeights || classWeights ? byWeights(truth, counting) : null;
}

/** Planes [N, C, H, W] multiplied by the weights of their classes and pixels. */
export function byWeights(planes: Value, { pixelWeights = null, classWeights = null }: Counting): Value {
  const classes =
    classWeights && planes.graph.constant(float32([1, classWeights.length, 1, 1], classWeights));
  const byClass = classes ? mul(planes, classes) : planes;
  return pixelWeights ? mul(byClass, pixelWeights) : byClass;
}

/** A sum of weights to divide by: where no pixel counts, what is divided is 0 as well. */
export function atLeastSomething(sum: Value): Value {
  return maximum(sum, 1e-7);
}

/** Pixels of planes [N, C, H, W], not multiplied by the classes. */
export function pixelCount({ shape: [batch = 1, , height = 1, width = 1] }: Value): number {
  return batch * height * width;
}
