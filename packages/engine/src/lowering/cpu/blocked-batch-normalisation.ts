/**
 * Batch normalisation in the blocked layout, in the affine form of `ops/batch-normalisation.ts`.
 *
 * A depthwise convolution of one pixel is a x + b with a and b per channel, in one pass over memory, and adds another
 * image or applies an activation in the same pass. One whose kernel is another image is the sum of the products of both.
 * Sums are taken over parts of an image first: a long one in single precision would lose digits.
 */
import {
  type Epsilon,
  gradientCoefficients,
  reciprocalDeviation,
  varianceOf,
} from '../../ops/batch-normalisation.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';
import { affine, deferAffine } from './affine.js';

export const blockedBatchNormalisation: PreferredLowering<Epsilon> = ({
  emitter,
  inputs: [x, gamma, beta],
  outputs: [y, mean, variance],
  attributes: { epsilon },
}) => {
  if (!x || !y || !emitter.blockable(x)) return false;
  const { shape } = x;
  const count = sizeOf(shape) / (shape[1] ?? 1);
  const image = emitter.blocked(x);
  const average = emitter.emit('Mul', [channelSums(emitter, image, shape), emitter.number(1 / count)]);
  const { centre, spread } = varianceOf(emitter, average, count, {
    centred: () =>
      affine(emitter, image, shape, { scale: ones(emitter, shape), shift: emitter.emit('Neg', [average]) }),
    given: image,
    sumOfSquares: (name) => channelProducts(emitter, name, name, shape),
  });
  emitter.set(mean, average);
  emitter.set(variance, spread);
  const scale = emitter.emit('Mul', [emitter.plain(gamma), reciprocalDeviation(emitter, spread, epsilon)]);
  const start = emitter.plain(beta);
  const shift =
    centre === image ? emitter.emit('Sub', [start, emitter.emit('Mul', [scale, average])]) : start;
  deferAffine(emitter, y, { image: centre, scale, shift });
  return true;
};

export const blockedBatchNormalisationGradient: PreferredLowering<Epsilon> = ({
  emitter,
  inputs: [x, dy, gamma, mean, variance],
  outputs: [dx, dgamma, dbeta],
  attributes: { epsilon },
}) => {
  if (!x || !dy || !emitter.blockable(x)) return false;
  const { shape } = x;
  const names = { x: emitter.blocked(x), dy: emitter.blocked(dy), mean: emitter.plain(mean) };
  const total = channelSums(emitter, names.dy, shape);
  const { a, c, d, scale } = gradientCoefficients(emitter, {
    total,
    r: reciprocalDeviation(emitter, emitter.plain(variance), epsilon),
    moment: channelProducts(emitter, names.dy, names.x, shape),
    gamma: emitter.plain(gamma),
    mean: names.mean,
    count: sizeOf(shape) / (shape[1] ?? 1),
  });
  emitter.set(dbeta, total);
  emitter.set(dgamma, scale);
  const fromInput = affine(emitter, names.x, shape, { scale: c, shift: d });
  const both = affine(emitter, names.dy, shape, { scale: a, shift: null, sum: fromInput });
  emitter.set(dx, both, 'blocked');
  return true;
};

/** The sum of each channel over the batch and the pixels, [C]. */
function channelSums(emitter: Emitter, image: string, shape: Shape): string {
  const { parts, rows, width } = partsOf(shape);
  const cut = emitter.emit('Reshape', [image, emitter.integers([1, parts * channelsOf(shape), rows, width])]);
  const means = emitter.emit('GlobalAveragePool', [cut], {}, nchwc);
  return emitter.emit('Mul', [gathered(emitter, means, shape, parts), emitter.number(rows * width)]);
}

/** The sum of the products of two images over the batch and the pixels, [C]. */
export function channelProducts(emitter: Emitter, image: string, other: string, shape: Shape): string {
  const { parts, rows, width } = partsOf(shape);
  const group = parts * channelsOf(shape);
  const cut = emitter.emit('Reshape', [image, emitter.integers([1, group, rows, width])]);
  const kernel = emitter.emit('Reshape', [other, emitter.integers([group, 1, rows, width])]);
  const attributes = { kernel_shape: [rows, width], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
  const products = emitter.emit('Conv', [cut, kernel], { ...attributes, group }, nchwc);
  return gathered(emitter, products, shape, parts);
}

/** Adds up what came out for each part of each channel of each image: [N][C/b][parts][b] to [C]. */
function gathered(emitter: Emitter, sums: string, [batch = 1, channels = 1]: Shape, parts: number): string {
  const b = emitter.blockSize ?? 1;
  const apart = emitter.emit('Reshape', [sums, emitter.integers([batch, channels / b, parts, b])]);
  const total = emitter.emit('ReduceSum', [apart, emitter.integers([0, 2])], { keepdims: 0 });
  return emitter.emit('Reshape', [total, emitter.integers([channels])]);
}

/** Ranges of rows with no more than a few thousand pixels. */
function partsOf([, , height = 1, width = 1]: Shape): { parts: number; rows: number; width: number } {
  let parts = 1;
  while (parts < height && (height % parts !== 0 || (height / parts) * width > 2048)) parts++;
  return { parts, rows: height / parts, width };
}

/** Images and channels together. */
function channelsOf([batch = 1, channels = 1]: Shape): number {
  return batch * channels;
}

function ones(emitter: Emitter, [, channels = 1]: Shape): string {
  return emitter.shared(`ones:${channels}`, () =>
    emitter.emit('Expand', [emitter.number(1), emitter.integers([channels])]),
  );
}
