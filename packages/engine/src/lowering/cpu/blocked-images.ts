/** Enlarging and pooling of blocked images, which would otherwise have to be reordered for it. */
import type { Pool } from '../../ops/max-pool.js';
import type { Cells, Resizing } from '../../ops/resize.js';
import { float32 } from '../../tensor.js';
import { nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';

/** Whole-number enlargement by nearest neighbour. */
export const blockedEnlargement: PreferredLowering<Resizing> = ({
  emitter,
  inputs: [x, reference],
  outputs: [y],
  attributes: { size, mode },
}) => {
  if (!x || reference || mode !== 'nearest' || !emitter.hasOnly(x, 'blocked')) return false;
  const [, , height = 1, width = 1] = x.shape;
  const scales = [1, 1, size[0] / height, size[1] / width];
  if (!scales.every(Number.isInteger)) return false;
  emitter.set(
    y,
    emitter.emit('Upsample', [emitter.blocked(x)], { scales, mode: 'nearest' }, nchwc),
    'blocked',
  );
  return true;
};

/** Its gradient: a depthwise convolution with ones. */
export const blockedCellSums: PreferredLowering<Cells> = ({
  emitter,
  inputs: [x],
  outputs: [y],
  attributes: { cell },
}) => {
  if (!x || !emitter.hasOnly(x, 'blocked')) return false;
  const channels = x.shape[1] ?? 1;
  const ones = emitter.shared(`ones:${channels}:${cell}`, () =>
    emitter.constant(float32([channels, 1, ...cell], new Float32Array(channels * cell[0] * cell[1]).fill(1))),
  );
  const window = { kernel_shape: cell, strides: cell, pads: [0, 0, 0, 0], dilations: [1, 1] };
  const attributes = { ...window, group: channels };
  emitter.set(y, emitter.emit('Conv', [emitter.blocked(x), ones], attributes, nchwc), 'blocked');
  return true;
};

export const blockedMaxPool: PreferredLowering<Pool> = ({
  emitter,
  inputs: [x],
  outputs: [y],
  attributes: { kernel, stride, padding, dilation },
}) => {
  if (!x || !emitter.hasOnly(x, 'blocked')) return false;
  const attributes = { kernel_shape: kernel, strides: stride, pads: padding, dilations: dilation };
  emitter.set(y, emitter.emit('MaxPool', [emitter.blocked(x)], attributes, nchwc), 'blocked');
  return true;
};
