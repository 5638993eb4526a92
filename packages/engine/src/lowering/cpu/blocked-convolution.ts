/**
 * Convolutions in the blocked layout: ONNX Runtime's fastest on the CPU.
 *
 * It uses them by itself where weights are constants. In a training graph weights are inputs, so the operators of its
 * domain `com.microsoft.nchwc` are written here, and the weights brought into their layout in each step:
 * [O/b][I/b][kH][kW][b in][b out] for the block size b. Nothing transposes element by element: the reorder operators
 * turn whole tiles of b by b, and what is left are moves of such tiles.
 *
 * Worth it from 32x32 pixels on: below, the weights are large and the images small.
 */
import type { Value } from '../../graph/graph.js';
import type { Window } from '../../ops/convolution.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';

const fewestPixels = 1024;

/** The convolution itself. */
export const blockedConvolution: PreferredLowering<Window> = ({
  emitter,
  inputs: [x, weight],
  outputs: [y],
  attributes: { stride, padding, dilation, groups },
}) => {
  if (!x || !weight || !y || groups !== 1 || !worthwhile(emitter, x, y)) return false;
  const attributes = { strides: stride, pads: padding, dilations: dilation };
  emitter.set(
    y,
    convolveBlocked(emitter, emitter.blocked(x), packed(emitter, weight), weight.shape, attributes),
    'blocked',
  );
  return true;
};

/** The input gradient with stride 1: a convolution of dy with the kernel turned and its channels exchanged. */
export const blockedInputGradient: PreferredLowering<Window & { readonly inputShape: Shape }> = ({
  emitter,
  inputs: [gradient, weight],
  outputs: [dx],
  attributes: { stride, padding, dilation, groups },
}) => {
  if (!gradient || !weight || !dx || groups !== 1 || stride[0] !== 1 || stride[1] !== 1) return false;
  if (!worthwhile(emitter, dx, gradient)) return false;
  const [, , height = 1, width = 1] = weight.shape;
  const [down, across] = [dilation[0] * (height - 1), dilation[1] * (width - 1)];
  const pads = [down - padding[0], across - padding[1], down - padding[2], across - padding[3]];
  if (pads.some((pad) => pad < 0)) return false;
  const attributes = { strides: [1, 1], pads, dilations: dilation };
  const turned = turnedWeight(emitter, weight);
  emitter.set(
    dx,
    convolveBlocked(emitter, emitter.blocked(gradient), turned, weight.shape, attributes),
    'blocked',
  );
  return true;
};

function worthwhile(emitter: Emitter, x: Value, y: Value): boolean {
  return emitter.blockable(x) && emitter.blockable(y) && sizeOf(y.shape.slice(2)) >= fewestPixels;
}

function convolveBlocked(
  emitter: Emitter,
  x: string,
  weight: string,
  [, , ...kernel]: Shape,
  attributes: Readonly<Record<'strides' | 'pads' | 'dilations', readonly number[]>>,
): string {
  return emitter.emit('Conv', [x, weight], { ...attributes, kernel_shape: kernel, group: 1 }, nchwc);
}

/** A weight in the blocked layout, under its own shape. */
function packed(emitter: Emitter, weight: Value): string {
  return emitter.shared(`packed:${weight.id}`, () => {
    const b = emitter.blockSize ?? 1;
    const [filters = 0, channels = 0, ...kernel] = weight.shape;
    const taps = sizeOf(kernel);
    // As an image of O/b by b channels and one row, reordering brings the block of filters innermost.
    const rows = emitter.reshape(emitter.plain(weight), weight.shape, [filters / b, b, 1, channels * taps]);
    const inner = emitter.emit('ReorderInput', [rows], {}, nchwc);
    const tiles = emitter.emit('Reshape', [
      inner,
      emitter.integers([(filters / b) * (channels / b), b, taps, b]),
    ]);
    const ordered = emitter.emit('Transpose', [tiles], { perm: [0, 2, 1, 3] });
    return emitter.emit('Reshape', [ordered, emitter.integers(weight.shape)]);
  });
}

/** The weight of the input gradient: taps backwards, channels exchanged with filters. */
function turnedWeight(emitter: Emitter, weight: Value): string {
  const b = emitter.blockSize ?? 1;
  const [filters = 0, channels = 0, ...kernel] = weight.shape;
  const taps = sizeOf(kernel);
  const blocks = [filters / b, channels / b, taps, b * b];
  const tiles = emitter.emit('Reshape', [
    packed(emitter, weight),
    emitter.integers([sizeOf(blocks) / (b * b), b, 1, b]),
  ]);
  const flipped = emitter.emit('ReorderOutput', [tiles], { channels: b }, nchwc);
  const grouped = emitter.emit('Reshape', [flipped, emitter.integers(blocks)]);
  const exchanged = emitter.emit('Transpose', [grouped], { perm: [1, 0, 2, 3] });
  const order = emitter.integers(Array.from({ length: taps }, (_, tap) => taps - 1 - tap));
  const backwards = emitter.emit('Gather', [exchanged, order], { axis: 2 });
  return emitter.emit('Reshape', [backwards, emitter.integers([channels, filters, ...kernel])]);
}
