import { add, div, type Graph, mul, reduceSum, softplus, sub, type Value } from '@deepflash/engine';
import { atLeastSomething, pixelCount } from '../losses/pixel-mean.js';
import { SEPARATION_PLANES } from '../networks/separation-head.js';

/**
 * Cross-entropy of the second head's sigmoids with what they should say, numbers from 0 to 1, added over both and in the
 * mean over the pixels that count. Adds the input `separation` float32 [B, 2, T, T].
 */
export function separationLoss(
  graph: Graph,
  logits: Value,
  size: { readonly batchSize: number; readonly tileSize: number },
  pixelWeights: Value | null,
): Value {
  const { batchSize, tileSize } = size;
  const truth = graph.input('separation', [batchSize, SEPARATION_PLANES, tileSize, tileSize]);
  const costs = sub(softplus(logits), mul(logits, truth));
  if (pixelWeights === null) return mul(reduceSum(costs), 1 / pixelCount(costs));
  return div(reduceSum(mul(costs, pixelWeights)), atLeastSomething(reduceSum(pixelWeights)));
}

/** The loss of the classes, and with it that of the second head where there is one. */
export function withSeparation(loss: Value, separation: Value | null): Value {
  return separation === null ? loss : add(loss, separation);
}
