/**
 * Convolutions in the blocked layout: ONNX Runtime's fastest on the CPU.
 *
 * It uses them by itself where weights are constants. In a training graph weights are inputs, so the operators of its
 * domain `com.microsoft.nchwc` are written here, with weights in their layout, which the training session keeps them in:
 * [O/b][I/b][kH][kW][b in][b out] for the block size b. Nothing transposes element by element: the reorder operators
 * turn whole tiles of b by b, and what is left are moves of such tiles.
 */
import type { Value } from '../../graph/graph.js';
import type { Window } from '../../ops/convolution.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';
import { turnedWeight } from './turned-weight.js';

/** Below, there is nothing to gain: the layers of a squeeze-and-excitation see one pixel. */
const fewestPixels = 16;

/** The convolution itself. */
export const blockedConvolution: PreferredLowering<Window> = ({
  emitter,
  inputs: [x, weight],
  outputs: [y],
  attributes: { stride, padding, dilation, groups },
}) => {
  if (!x || !weight || !y || groups !== 1 || sizeOf(y.shape.slice(2)) < fewestPixels) return false;
  const b = emitter.blockSize ?? 1;
  const attributes = { strides: stride, pads: padding, dilations: dilation };
  const convolve = (image: string, kernel: string): string =>
    convolveBlocked(emitter, image, kernel, weight.shape, attributes);
  if (emitter.blockable(x) && emitter.blockable(y)) {
    emitter.set(y, convolve(emitter.blocked(x), emitter.packed(weight)), 'blocked');
    return true;
  }
  if (emitter.blockable(y) && (x.shape[1] ?? b) < b) {
    // Fewer channels than a block are taken plain.
    const kernel = emitter.packFilters(emitter.plain(weight), weight.shape);
    emitter.set(y, convolve(emitter.plain(x), kernel), 'blocked');
    return true;
  }
  const filters = y.shape[1] ?? b;
  if (emitter.blockable(x) && filters < b) {
    // So are fewer filters, after they were filled up to a block.
    const [, channels = 0, ...kernel] = weight.shape;
    const full = [b, channels, ...kernel];
    const filled = emitter.emit('Pad', [
      emitter.plain(weight),
      emitter.integers([0, 0, 0, 0, b - filters, 0, 0, 0]),
    ]);
    const byChannels = emitter.emit('ReorderInput', [filled], {}, nchwc);
    const result = convolve(emitter.blocked(x), emitter.packFilters(byChannels, full));
    emitter.set(y, emitter.emit('ReorderOutput', [result], { channels: filters }, nchwc));
    return true;
  }
  return false;
};

/** The input gradient with stride 1: a convolution of dy with the kernel turned and its channels exchanged. */
export const blockedInputGradient: PreferredLowering<Window & { readonly inputShape: Shape }> = ({
  emitter,
  inputs: [gradient, weight],
  outputs: [dx],
  attributes: { stride, padding, dilation, groups },
}) => {
  if (!gradient || !weight || !dx || groups !== 1 || stride[0] !== 1 || stride[1] !== 1) return false;
  const b = emitter.blockSize ?? 1;
  const [filters = 0, channels = 0, height = 1, width = 1] = weight.shape;
  if (!emitter.blockable(dx) || sizeOf(dx.shape.slice(2)) < fewestPixels) return false;
  if (!emitter.blockable(gradient) && filters >= b) return false;
  const [down, across] = [dilation[0] * (height - 1), dilation[1] * (width - 1)];
  const pads = [down - padding[0], across - padding[1], down - padding[2], across - padding[3]];
  if (pads.some((pad) => pad < 0)) return false;
  const backwards = Array.from({ length: height * width }, (_, tap) => height * width - 1 - tap);
  const few = !emitter.blockable(gradient);
  const kernel = few
    ? fewFiltersTurned(emitter, weight, backwards)
    : turnedWeight(emitter, weight, backwards);
  const turned = emitter.emit('Reshape', [kernel, emitter.integers([channels, filters, height, width])]);
  const image = few ? emitter.plain(gradient) : emitter.blocked(gradient);
  const attributes = { strides: [1, 1], pads, dilations: dilation };
  emitter.set(dx, convolveBlocked(emitter, image, turned, weight.shape, attributes), 'blocked');
  return true;
};

/** [I/b][O][taps][b in] of a weight with fewer filters than a block. */
function fewFiltersTurned(emitter: Emitter, weight: Value, taps: readonly number[]): string {
  const b = emitter.blockSize ?? 1;
  const [filters = 0, channels = 0, ...kernel] = weight.shape;
  const byChannels = emitter.emit('ReorderInput', [emitter.plain(weight)], {}, nchwc);
  const rows = emitter.emit('Reshape', [
    byChannels,
    emitter.integers([filters, channels / b, sizeOf(kernel), b]),
  ]);
  const exchanged = emitter.emit('Transpose', [rows], { perm: [1, 0, 2, 3] });
  return emitter.emit('Gather', [exchanged, emitter.integers(taps)], { axis: 2 });
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
