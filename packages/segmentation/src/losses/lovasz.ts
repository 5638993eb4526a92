/**
 * The Lovász-Softmax loss (Berman, Triki and Blaschko 2018): a convex surrogate of the Jaccard index.
 *
 * For each class the errors m = |truth - probability| of all pixels of the batch are sorted, largest first, and weighted
 * by how much each adds to the Jaccard loss if the pixels up to it are wrong: sum of m_i (J_i - J_{i-1}), where
 * J_i = 1 - I_i / U_i, I_i = the pixels of the class that are left, U_i = I_i + i. The differences in closed form,
 *
 *     1 / U_i                        if pixel i is of the class
 *     I_i / (U_i (U_i - 1))          if it is not
 *
 * need one cumulative sum and lose no digits to the subtraction of nearly equal numbers. Given the order, the weights do
 * not depend on the probabilities, so the gradient is simply theirs.
 */
import {
  abs,
  add,
  cumulativeSum,
  div,
  float32,
  greater,
  maximum,
  mul,
  rearrange,
  reduceSum,
  reshape,
  softmax,
  sortDescending,
  sub,
  transpose,
  type Value,
} from '@deepflash/engine';
import type { Loss } from './loss.js';
import { atLeastSomething, pixelCount } from './pixel-mean.js';

/**
 * The mean over the classes that the batch holds, the background among them, by their class weights. As
 * segmentation_models.pytorch's `LovaszLoss` with mode multiclass. Defined for certain classes only.
 */
export const lovasz: Loss = (logits, truth, { pixelWeights = null, classWeights = null } = {}) => {
  const classes = logits.shape[1] ?? 0;
  const pixels = pixelCount(logits);
  const graph = logits.graph;
  const rows = (planes: Value): Value => reshape(transpose(planes, [1, 0, 2, 3]), [classes, pixels]);
  const certain = rows(truth);
  const errors = abs(sub(certain, rows(softmax(logits, 1))));
  // An ignored pixel has no error: it comes after all others, and no weight that counts depends on it.
  const counted = pixelWeights ? mul(errors, reshape(pixelWeights, [1, pixels])) : errors;
  const { values, order } = sortDescending(counted);
  const ofClass = rearrange(certain, order);
  const total = reduceSum(certain, [1]);
  const left = sub(total, cumulativeSum(ofClass, 1));
  const places = float32(
    [1, pixels],
    Float32Array.from({ length: pixels }, (_, place) => place + 1),
  );
  const union = add(left, graph.constant(places));
  const ofOthers = mul(sub(1, ofClass), div(left, maximum(sub(union, 1), 1)));
  const weights = div(add(ofClass, ofOthers), union);

  const costs = reduceSum(mul(values, weights), [1]);
  const present = greater(total, graph.scalar(0));
  const byClass = classWeights ? mul(present, graph.constant(float32([classes, 1], classWeights))) : present;
  return div(reduceSum(mul(costs, byClass)), atLeastSomething(reduceSum(byClass)));
};
