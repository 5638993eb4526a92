/**
 * Batch normalisation (Ioffe and Szegedy 2015), in training over the batch and in evaluation over running statistics.
 *
 * Both directions are written in affine form, which needs few passes over memory. With the batch's mean m and variance
 * v per channel, r = 1 / sqrt(v + epsilon) and n = N H W elements:
 *
 *     y  = a x + b                 a = gamma r,  b = beta - a m
 *     dx = a dy + c x + d          c = -a r dgamma / n,  d = -a dbeta / n - c m
 *     dbeta = sum dy,  dgamma = r (sum(dy x) - m dbeta)
 *
 * Where a channel has few elements, as at the bottom of a network, v and y are computed from x - m instead: two more
 * passes over a small tensor, and no digits lost to the difference of large numbers. Rounding matters most there: with
 * eight elements a ReLU that flips moves the statistics of all of them.
 */
import type { Value } from '../graph/graph.js';
import { defineOperator } from '../graph/operator.js';
import type { Emitter } from '../lowering/emitter.js';
import { sizeOf } from '../tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { reduceSum } from './reduce.js';
import { reshape } from './reshape.js';
import { sqrt } from './unary.js';

export interface BatchNormalised {
  readonly y: Value;
  /** Of the batch, [C]. */
  readonly mean: Value;
  /** Of the batch, biased (divided by n), [C]. */
  readonly variance: Value;
}

/**
 * Normalises over the batch and the pixels. No gradient passes through `mean` and `variance`.
 *
 * @param x [N, C, H, W]
 * @param gamma scale, [C]
 * @param beta shift, [C]
 */
export function batchNormalise(x: Value, gamma: Value, beta: Value, epsilon = 1e-5): BatchNormalised {
  const [y, mean, variance] = trainOperator.apply([x, gamma, beta], { epsilon });
  if (!y || !mean || !variance) throw new Error('BatchNormalisation has three results.');
  return { y, mean, variance };
}

/** Normalises by given statistics, each [C]. */
export function normaliseBy(
  x: Value,
  { gamma, beta, mean, variance }: Readonly<Record<'gamma' | 'beta' | 'mean' | 'variance', Value>>,
  epsilon = 1e-5,
): Value {
  const [y] = evalOperator.apply([x, gamma, beta, mean, variance], { epsilon });
  if (!y) throw new Error('NormaliseBy has a result.');
  return y;
}

export interface Epsilon {
  readonly epsilon: number;
}

export const trainOperator = defineOperator<Epsilon>({
  name: 'BatchNormalisation',
  infer: ([x]) => {
    const channels = { dtype: 'float32', shape: [x?.shape[1] ?? 0] } as const;
    return [{ dtype: 'float32', shape: x?.shape ?? [] }, channels, channels];
  },
  gradient: ({ inputs: [x, gamma], outputs: [, mean, variance], gradients: [gradient], attributes }) => {
    if (!x || !gamma || !mean || !variance || !gradient) return [];
    return gradientOperator.apply([x, gradient, gamma, mean, variance], attributes);
  },
  lower: ({ emitter, inputs: [x, gamma, beta], outputs: [y, mean, variance], attributes: { epsilon } }) => {
    if (!x || !mean) return;
    const name = emitter.plain(x);
    const axes = emitter.integers([0, 2, 3]);
    const keep = { keepdims: 0 };
    const count = sizeOf(x.shape) / sizeOf(mean.shape);
    const average = emitter.emit('ReduceMean', [name, axes], keep);
    const { centre, spread } = varianceOf(emitter, average, count, {
      given: name,
      centred: () => emitter.emit('Sub', [name, column(emitter, average)]),
      sumOfSquares: (image) => emitter.emit('ReduceSumSquare', [image, axes], keep),
    });
    emitter.set(mean, average);
    emitter.set(variance, spread);
    const a = emitter.emit('Mul', [emitter.plain(gamma), reciprocalDeviation(emitter, spread, epsilon)]);
    const shift = emitter.plain(beta);
    const b = centre !== name ? shift : emitter.emit('Sub', [shift, emitter.emit('Mul', [a, average])]);
    const scaled = emitter.emit('Mul', [centre, column(emitter, a)]);
    emitter.set(y, emitter.emit('Add', [scaled, column(emitter, b)]));
  },
});

/** The variance of each channel, and the image whose squares it was computed from: `given`, or that centred. */
export function varianceOf(
  emitter: Emitter,
  average: string,
  count: number,
  image: {
    readonly given: string;
    readonly centred: () => string;
    readonly sumOfSquares: (image: string) => string;
  },
): Record<'centre' | 'spread', string> {
  const few = count <= fewElements;
  const centre = few ? image.centred() : image.given;
  const moment = emitter.emit('Mul', [image.sumOfSquares(centre), emitter.number(1 / count)]);
  return { centre, spread: few ? moment : uncentred(emitter, moment, average) };
}

/** Up to so many elements of a channel the extra passes cost nothing that can be measured. */
const fewElements = 8192;

/** The variance from the mean of the squares. */
function uncentred(emitter: Emitter, moment: string, average: string): string {
  const spread = emitter.emit('Sub', [moment, emitter.emit('Mul', [average, average])]);
  return emitter.emit('Max', [spread, emitter.number(0)]);
}

/** (x, dy, gamma, mean, variance) to (dx, dgamma, dbeta). */
export const gradientOperator = defineOperator<Epsilon>({
  name: 'BatchNormalisationGradient',
  infer: ([x, , gamma]) => {
    const channels = { dtype: 'float32', shape: gamma?.shape ?? [] } as const;
    return [{ dtype: 'float32', shape: x?.shape ?? [] }, channels, channels];
  },
  lower: ({
    emitter,
    inputs: [x, dy, gamma, mean, variance],
    outputs: [dx, dgamma, dbeta],
    attributes: { epsilon },
  }) => {
    if (!x || !gamma) return;
    const axes = emitter.integers([0, 2, 3]);
    const names = { x: emitter.plain(x), dy: emitter.plain(dy), mean: emitter.plain(mean) };
    const total = emitter.emit('ReduceSum', [names.dy, axes], { keepdims: 0 });
    const moment = emitter.emit('ReduceSum', [emitter.emit('Mul', [names.dy, names.x]), axes], {
      keepdims: 0,
    });
    const r = reciprocalDeviation(emitter, emitter.plain(variance), epsilon);
    const { a, c, d, scale } = gradientCoefficients(emitter, {
      r,
      total,
      moment,
      gamma: emitter.plain(gamma),
      mean: names.mean,
      count: sizeOf(x.shape) / sizeOf(gamma.shape),
    });
    emitter.set(dbeta, total);
    emitter.set(dgamma, scale);
    const fromGradient = emitter.emit('Mul', [names.dy, column(emitter, a)]);
    const fromInput = emitter.emit('Add', [
      emitter.emit('Mul', [names.x, column(emitter, c)]),
      column(emitter, d),
    ]);
    emitter.set(dx, emitter.emit('Add', [fromGradient, fromInput]));
  },
});

/** Per channel: the coefficients of dx = a dy + c x + d, and dgamma as `scale`. All names of [C] tensors. */
export function gradientCoefficients(
  emitter: Emitter,
  {
    r,
    total,
    moment,
    gamma,
    mean,
    count,
  }: Record<'r' | 'total' | 'moment' | 'gamma' | 'mean', string> & { count: number },
): Record<'a' | 'c' | 'd' | 'scale', string> {
  const times = (left: string, right: string): string => emitter.emit('Mul', [left, right]);
  const scale = times(r, emitter.emit('Sub', [moment, times(mean, total)]));
  const a = times(gamma, r);
  const share = times(a, emitter.number(-1 / count));
  const c = times(times(share, r), scale);
  const d = emitter.emit('Sub', [times(share, total), times(c, mean)]);
  return { a, c, d, scale };
}

/** 1 / sqrt(variance + epsilon). */
export function reciprocalDeviation(emitter: Emitter, variance: string, epsilon: number): string {
  const deviation = emitter.emit('Sqrt', [emitter.emit('Add', [variance, emitter.number(epsilon)])]);
  return emitter.emit('Reciprocal', [deviation]);
}

function column(emitter: Emitter, name: string): string {
  return emitter.emit('Reshape', [name, emitter.integers([1, -1, 1, 1])]);
}

const evalOperator = defineOperator<Epsilon>({
  name: 'NormaliseBy',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  gradient: ({
    inputs: [x, gamma, beta, mean, variance],
    gradients: [gradient],
    attributes: { epsilon },
  }) => {
    if (!x || !gamma || !beta || !mean || !variance || !gradient) return [];
    // Written out, the ordinary rules differentiate it.
    const shape = [1, gamma.shape[0] ?? 0, 1, 1];
    const r = reshape(div(1, sqrt(add(variance, epsilon))), shape);
    const scaled = mul(gradient, mul(r, reshape(gamma, shape)));
    const normalised = mul(sub(x, reshape(mean, shape)), r);
    const perChannel = (value: Value): Value => reshape(reduceSum(value, [0, 2, 3]), gamma.shape);
    const dgamma = perChannel(mul(gradient, normalised));
    const dvariance = mul(perChannel(mul(scaled, normalised)), mul(reshape(r, gamma.shape), -0.5));
    return [scaled, dgamma, perChannel(gradient), mul(perChannel(scaled), -1), dvariance];
  },
  lower: ({ emitter, inputs, outputs: [y], attributes: { epsilon } }) => {
    const names = inputs.map((input) => emitter.plain(input));
    emitter.set(y, emitter.emit('BatchNormalization', names, { epsilon: { float: epsilon } }));
  },
});
