/** What squeeze-and-excitation does with blocked images: means of all pixels, and a weight for each channel and image. */
import type { Value } from '../../graph/graph.js';
import { type Shape, sameShape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';
import { affine } from './affine.js';

/** The mean of all pixels of each channel, which for one pixel is the same blocked and plain. */
export const blockedPixelMeans: PreferredLowering<null> = ({ emitter, inputs: [x], outputs: [y] }) => {
  if (!x || !emitter.hasOnly(x, 'blocked')) return false;
  emitter.set(y, emitter.emit('GlobalAveragePool', [emitter.blocked(x)], {}, nchwc));
  return true;
};

/** Their sum. */
export const blockedPixelSums: PreferredLowering<{ readonly axes: readonly number[] }> = ({
  emitter,
  inputs: [x],
  outputs: [y],
  attributes: { axes },
}) => {
  if (!x || !sameShape(axes, [2, 3]) || !emitter.hasOnly(x, 'blocked')) return false;
  const means = emitter.emit('GlobalAveragePool', [emitter.blocked(x)], {}, nchwc);
  emitter.set(y, emitter.emit('Mul', [means, emitter.number(sizeOf(x.shape.slice(2)))]));
  return true;
};

/** One number for each channel, repeated for all pixels. */
export const blockedExpansion: PreferredLowering<{ readonly shape: Shape }> = ({
  emitter,
  inputs: [x],
  outputs: [y],
  attributes: { shape },
}) => {
  if (!x || !y || !emitter.blockable(y) || !isPerChannel(x.shape, shape)) return false;
  const scales = [1, 1, ...shape.slice(2)];
  const enlarged = emitter.emit('Upsample', [emitter.plain(x)], { scales, mode: 'nearest' }, nchwc);
  emitter.set(y, enlarged, 'blocked');
  return true;
};

/** A blocked image times one number for each of its channels: a depthwise convolution of one pixel. */
export const weightedChannels: PreferredLowering<null> = ({ emitter, inputs: [a, b], outputs: [y] }) => {
  if (!a || !b || !y) return false;
  return weighted(emitter, y, a, b) || weighted(emitter, y, b, a);
};

function weighted(emitter: Emitter, y: Value, image: Value, weights: Value): boolean {
  if (!isPerChannel(weights.shape, image.shape) || !emitter.hasOnly(image, 'blocked')) return false;
  const [batch = 1, channels = 1, ...size] = image.shape;
  const together = [1, batch * channels, ...size];
  const channelsOfAll = emitter.emit('Reshape', [emitter.blocked(image), emitter.integers(together)]);
  const scaled = affine(emitter, channelsOfAll, together, { scale: emitter.plain(weights), shift: null });
  emitter.set(y, emitter.emit('Reshape', [scaled, emitter.integers(image.shape)]), 'blocked');
  return true;
}

/** [N, C, 1, 1] beside [N, C, H, W] of more than one pixel. */
function isPerChannel(weights: Shape, image: Shape): boolean {
  const [batch = 0, channels = 0, ...size] = image;
  return size.length === 2 && sizeOf(size) > 1 && sameShape(weights, [batch, channels, 1, 1]);
}
