import { logSoftmax, mul, reduceSum, type Value } from '@deepflash/engine';

/** Minus the logarithm of the probability that the softmax gives the true class, in the mean over all pixels. */
export function crossEntropy(logits: Value, truth: Value): Value {
  const [batch = 1, , height = 1, width = 1] = logits.shape;
  return mul(reduceSum(mul(logSoftmax(logits, 1), truth)), -1 / (batch * height * width));
}
