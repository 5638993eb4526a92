/**
 * Depthwise convolutions and both of their gradients in the blocked layout.
 *
 * Per multiplication they move far more memory than others, so nothing is gained by waiting for large images: at every
 * size they are faster than the plain ones, with the reordering of both sides, and the weights are too small to matter.
 *
 * The weight gradient is a depthwise convolution as well, in which dy is the kernel:
 *
 *     dw[c, r, s] = sum over n, y, x of dy[n, c, y, x] X[n, c, y t + r d, x t + s d]
 *
 * Over each image and channel, dy moves over x, its taps t (the stride) pixels apart, and stops at every d-th (the
 * dilation). Images and channels together are the channels of one image; blocked, they lie so already. A product for
 * each tap, as of other convolutions, would cut out and read x once for each.
 */
import type { Value } from '../../graph/graph.js';
import type { Window } from '../../ops/convolution.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';

/** The convolution itself. */
export const blockedDepthwise: PreferredLowering<Window> = ({
  emitter,
  inputs: [x, weight],
  outputs: [y],
  attributes: { stride, padding, dilation, groups },
}) => {
  if (!x || !weight || !isDepthwise(weight, groups) || !emitter.blockable(x)) return false;
  const kernel = emitter.plain(weight);
  const window = { strides: stride, pads: padding, dilations: dilation };
  emitter.set(y, convolveDepthwise(emitter, x, kernel, weight.shape, window), 'blocked');
  return true;
};

/** The input gradient with stride 1: a depthwise convolution of dy with the kernel turned by 180 degrees. */
export const blockedDepthwiseInputGradient: PreferredLowering<Window & { readonly inputShape: Shape }> = ({
  emitter,
  inputs: [gradient, weight],
  outputs: [dx],
  attributes: { stride, padding, dilation, groups },
}) => {
  if (!gradient || !weight || !isDepthwise(weight, groups) || !emitter.blockable(gradient)) return false;
  const [, , height = 1, width = 1] = weight.shape;
  const [down, across] = [dilation[0] * (height - 1), dilation[1] * (width - 1)];
  const pads = [down - padding[0], across - padding[1], down - padding[2], across - padding[3]];
  if (stride[0] !== 1 || stride[1] !== 1 || pads.some((pad) => pad < 0)) return false;
  const backwards = [
    [-1, -1],
    [-1000, -1000],
    [2, 3],
    [-1, -1],
  ].map((list) => emitter.integers(list));
  const turned = emitter.emit('Slice', [emitter.plain(weight), ...backwards]);
  const window = { strides: [1, 1], pads, dilations: dilation };
  emitter.set(dx, convolveDepthwise(emitter, gradient, turned, weight.shape, window), 'blocked');
  return true;
};

/** The weight gradient: a depthwise convolution of x with dy as its kernel, summed over the batch. */
export const blockedDepthwiseWeightGradient: PreferredLowering<Window & { readonly weightShape: Shape }> = ({
  emitter,
  inputs: [x, gradient],
  outputs: [dw],
  attributes: { stride, padding, dilation, groups, weightShape },
}) => {
  const [filters, perGroup, ...kernel] = weightShape;
  if (!x || !gradient || filters !== groups || perGroup !== 1 || !emitter.blockable(x)) return false;
  const [batch = 0, channels = 0, ...size] = x.shape;
  const [, , ...outSize] = gradient.shape;
  const together = batch * channels;
  const image = emitter.emit('Reshape', [emitter.blocked(x), emitter.integers([1, together, ...size])]);
  const moving = emitter.emit('Reshape', [
    emitter.blocked(gradient),
    emitter.integers([together, 1, ...outSize]),
  ]);
  const attributes = { strides: dilation, pads: padding, dilations: stride, kernel_shape: outSize };
  const convolved = emitter.emit('Conv', [image, moving], { ...attributes, group: together }, nchwc);
  const plain = emitter.emit('ReorderOutput', [convolved], { channels: together }, nchwc);
  // Pixels at the end that no window reached leave room for further stops.
  const ranges = [[0, 0], kernel, [2, 3]].map((list) => emitter.integers(list));
  const reached = emitter.emit('Slice', [plain, ...ranges]);
  const perImage = emitter.emit('Reshape', [reached, emitter.integers([batch, ...weightShape])]);
  emitter.set(dw, emitter.emit('ReduceSum', [perImage, emitter.integers([0])], { keepdims: 0 }));
  return true;
};

function isDepthwise({ shape: [filters, perGroup] }: Value, groups: number): boolean {
  return filters === groups && perGroup === 1;
}

function convolveDepthwise(
  emitter: Emitter,
  x: Value,
  weight: string,
  [channels = 0, , ...kernel]: Shape,
  window: Readonly<Record<'strides' | 'pads' | 'dilations', readonly number[]>>,
): string {
  // As one image with a channel for each filter, the weight has the layout that the operator wants.
  const image = emitter.reshape(weight, [channels, 1, ...kernel], [1, channels, 1, sizeOf(kernel)]);
  const reordered = emitter.emit('ReorderInput', [image], {}, nchwc);
  const packed = emitter.emit('Reshape', [reordered, emitter.integers([channels, 1, ...kernel])]);
  const attributes = { ...window, kernel_shape: kernel, group: channels };
  return emitter.emit('Conv', [emitter.blocked(x), packed], attributes, nchwc);
}
