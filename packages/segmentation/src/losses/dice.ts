import {
  add,
  div,
  greater,
  maximum,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  slice,
  softmax,
  sub,
  type Value,
} from '@deepflash/engine';

/**
 * One minus the soft Dice coefficient of each foreground class over the whole batch, in the mean over these classes; a
 * class that the batch does not hold costs nothing. As segmentation_models.pytorch's `DiceLoss` with mode multiclass and
 * classes 1 to C - 1 (Milletari et al. 2016).
 */
export function dice(logits: Value, truth: Value): Value {
  const classes = logits.shape[1] ?? 0;
  const foreground = (value: Value): Value => slice(value, { axis: 1, start: 1, end: classes });
  const total = (value: Value): Value => reshape(reduceSum(value, [0, 2, 3]), [classes - 1]);
  const probability = foreground(softmax(logits, 1));
  const target = foreground(truth);
  const overlap = total(mul(probability, target));
  const size = add(total(probability), total(target));
  const coefficient = div(mul(overlap, 2), maximum(size, 1e-7));
  const present = greater(total(target), logits.graph.scalar(0));
  return reduceMean(mul(sub(1, coefficient), present));
}
