/**
 * The weight gradient of a convolution by `MatMul`, since WebGPU has no `FusedMatMul`.
 *
 * x is padded and laid out channels-last once; then each tap of the kernel is a cut-out of it, [pixels, I], which the
 * output gradient, [O, pixels], is multiplied by. A weight has few elements and a sum many pixels, so one product would
 * occupy few of a graphics card's cores: the sum is split into bands of rows, which are products of a batch.
 */
import type { Value } from '../../graph/graph.js';
import type { Window } from '../../ops/convolution.js';
import type { Shape } from '../../tensor.js';
import type { Emitter } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';

type WeightWindow = Window & { readonly weightShape: Shape };

export const weightGradientByMatMul: PreferredLowering<WeightWindow> = ({
  emitter,
  inputs: [x, gradient],
  outputs: [dw],
  attributes,
}) => {
  if (!x || !gradient) return false;
  const { groups, weightShape } = attributes;
  const [filters = 0, perGroup = 0, kernelHeight = 0, kernelWidth = 0] = weightShape;
  const ofTap = tapGradient(emitter, x, gradient, attributes);
  const taps = Array.from({ length: kernelHeight * kernelWidth }, (_, tap) =>
    ofTap(Math.floor(tap / kernelWidth), tap % kernelWidth),
  );
  // Each is [1, groups, O / groups, I / groups].
  const stacked = taps.length === 1 ? (taps[0] ?? '') : emitter.emit('Concat', taps, { axis: 0 });
  const last = emitter.emit('Transpose', [stacked], { perm: [1, 2, 3, 0] });
  emitter.set(dw, emitter.reshape(last, [groups, filters / groups, perGroup, taps.length], weightShape));
  return true;
};

type TapGradient = (row: number, column: number) => string;

function tapGradient(emitter: Emitter, x: Value, gradient: Value, window: WeightWindow): TapGradient {
  if (window.groups === 1) return inBands(emitter, x, gradient, window);
  return window.weightShape[1] === 1 && window.weightShape[0] === window.groups
    ? depthwise(emitter, x, gradient, window)
    : inGroups(emitter, x, gradient, window);
}

/** Pixels that are summed in one product of a batch. */
const BAND = 512;

function inBands(emitter: Emitter, x: Value, gradient: Value, window: WeightWindow): TapGradient {
  const [batch = 0, filters = 0, height = 0, width = 0] = gradient.shape;
  const [, channels = 0] = x.shape;
  const rows = divisors(height).find((count) => count * width >= BAND) ?? height;
  const [bands, pixels] = [height / rows, rows * width];
  const last = emitter.emit('Transpose', [padded(emitter, x, window)], { perm: [0, 2, 3, 1] });
  const banded = emitter.reshape(emitter.plain(gradient), gradient.shape, [batch, filters, bands, pixels]);
  const left = emitter.emit('Transpose', [banded], { perm: [0, 2, 1, 3] });
  return (row, column) => {
    const seen = cutOut(emitter, last, gradient, window, [row, column], [1, 2]);
    const right = emitter.reshape(seen, [batch, height, width, channels], [batch, bands, pixels, channels]);
    const product = emitter.emit('MatMul', [left, right]);
    return emitter.emit('ReduceSum', [product, emitter.integers([0, 1])], { keepdims: 1 });
  };
}

/** Each channel by itself: a sum of products of pixels. */
function depthwise(emitter: Emitter, x: Value, gradient: Value, window: WeightWindow): TapGradient {
  const source = padded(emitter, x, window);
  return (row, column) => {
    const seen = cutOut(emitter, source, gradient, window, [row, column], [2, 3]);
    const product = emitter.emit('Mul', [seen, emitter.plain(gradient)]);
    return emitter.emit('ReduceSum', [product, emitter.integers([0, 2, 3])], { keepdims: 1 });
  };
}

function inGroups(emitter: Emitter, x: Value, gradient: Value, window: WeightWindow): TapGradient {
  const { groups } = window;
  const [batch = 0, filters = 0, height = 0, width = 0] = gradient.shape;
  const [, channels = 0] = x.shape;
  const pixels = height * width;
  const source = padded(emitter, x, window);
  const left = emitter.reshape(emitter.plain(gradient), gradient.shape, [
    batch,
    groups,
    filters / groups,
    pixels,
  ]);
  return (row, column) => {
    const seen = cutOut(emitter, source, gradient, window, [row, column], [2, 3]);
    const grouped = emitter.reshape(
      seen,
      [batch, channels, height, width],
      [batch, groups, channels / groups, pixels],
    );
    const right = emitter.emit('Transpose', [grouped], { perm: [0, 1, 3, 2] });
    const product = emitter.emit('MatMul', [left, right]);
    return emitter.emit('ReduceSum', [product, emitter.integers([0])], { keepdims: 1 });
  };
}

/** What a tap of the kernel sees of the padded image, whose height and width are the axes named. */
function cutOut(
  emitter: Emitter,
  source: string,
  gradient: Value,
  { stride, dilation }: Window,
  [row, column]: readonly [number, number],
  axes: readonly number[],
): string {
  const [, , height = 0, width = 0] = gradient.shape;
  const starts = [row * dilation[0], column * dilation[1]];
  const ends = [
    row * dilation[0] + (height - 1) * stride[0] + 1,
    column * dilation[1] + (width - 1) * stride[1] + 1,
  ];
  const lists = [starts, ends, axes, stride].map((list) => emitter.integers(list));
  return emitter.emit('Slice', [source, ...lists]);
}

function padded(emitter: Emitter, x: Value, { padding }: Window): string {
  const [top, left, bottom, right] = padding;
  if (padding.every((length) => length === 0)) return emitter.plain(x);
  return emitter.emit('Pad', [emitter.plain(x), emitter.integers([0, 0, top, left, 0, 0, bottom, right])]);
}

function divisors(number: number): number[] {
  return Array.from({ length: number }, (_, index) => index + 1).filter((divisor) => number % divisor === 0);
}
