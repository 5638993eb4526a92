/**
 * The weight gradient of a convolution as a blocked convolution in which an activation is the kernel.
 *
 *     dw[o, i, r, s] = sum over n, y, x of dy[n, o, y, x] X[n, i, y t + r d, x t + s d]
 *
 * A kernel as large as the image, dy, moves over X: its taps are t (the stride) pixels apart, and it stops at every
 * d-th (the dilation), which gives as many results as w has taps. A blocked kernel of one input channel,
 * [O/b][1][kH][kW][b out], is a blocked image, [C/b][H][W][b]: it is taken as it lies. The channels of X are a batch of
 * images of one channel in the plain layout. With stride 1 the two change roles where that is better: X is the kernel
 * and moves over dy, and the taps come out backwards.
 */
import type { Value } from '../../graph/graph.js';
import type { Window } from '../../ops/convolution.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';
import { isPackable } from '../packed-weights.js';
import { type Correlation, correlate, divisionOf } from './correlation.js';

export const blockedWeightGradient: PreferredLowering<Window & { readonly weightShape: Shape }> = ({
  emitter,
  inputs: [x, gradient],
  outputs: [dw],
  attributes,
}) => {
  const taps = sizeOf(attributes.weightShape.slice(2));
  if (!x || !gradient || attributes.groups !== 1 || taps === 1) return false;
  const byInput = inputOverGradient(emitter, x, gradient, attributes);
  const plan = byInput ?? gradientOverInput(emitter, x, gradient, attributes);
  const division = plan && divisionOf(plan.moving.shape, emitter.blockSize ?? 1);
  if (!plan || !division) return false;
  const sums = correlate(emitter, plan, division);
  const { weightShape } = attributes;
  const layout = emitter.packsWeights && isPackable(weightShape, emitter.blockSize) ? 'packed' : 'plain';
  const turn = byInput ? fromInputChannels : fromFilters;
  emitter.set(dw, turn[layout](emitter, sums, weightShape), layout);
  return true;
};

type Turn = (emitter: Emitter, sums: string, weightShape: Shape) => string;

/** From sums [O, I/b, taps backwards, b]. */
const fromInputChannels: Readonly<Record<'plain' | 'packed', Turn>> = {
  plain: (emitter, sums, [filters = 0, channels = 0, ...kernel]) => {
    const b = emitter.blockSize ?? 1;
    const rows = emitter.emit('Reshape', [
      sums,
      emitter.integers([filters * (channels / b), sizeOf(kernel), b]),
    ]);
    const forwards = emitter.emit('Gather', [rows, backwards(emitter, sizeOf(kernel))], { axis: 1 });
    const image = emitter.emit('Reshape', [forwards, emitter.integers([filters, channels, ...kernel])]);
    return emitter.emit('ReorderOutput', [image], { channels }, nchwc);
  },
  packed: (emitter, sums, weightShape) => {
    const b = emitter.blockSize ?? 1;
    const [filters = 0, channels = 0, ...kernel] = weightShape;
    const tiles = emitter.emit('Reshape', [
      emitter.packFilters(sums, weightShape),
      emitter.integers([(filters / b) * (channels / b), sizeOf(kernel), b * b]),
    ]);
    const forwards = emitter.emit('Gather', [tiles, backwards(emitter, sizeOf(kernel))], { axis: 1 });
    return emitter.emit('Reshape', [forwards, emitter.integers(weightShape)]);
  },
};

/** From sums [I, O/b, taps, b]. */
const fromFilters: Readonly<Record<'plain' | 'packed', Turn>> = {
  plain: (emitter, sums, [filters = 0, channels = 0, ...kernel]) => {
    const image = emitter.emit('Reshape', [sums, emitter.integers([channels, filters, ...kernel])]);
    const plain = emitter.emit('ReorderOutput', [image], { channels: filters }, nchwc);
    return emitter.emit('Transpose', [plain], { perm: [1, 0, 2, 3] });
  },
  packed: (emitter, sums, weightShape) => {
    const b = emitter.blockSize ?? 1;
    const [filters = 0, channels = 0, ...kernel] = weightShape;
    const rows = emitter.emit('Reshape', [
      sums,
      emitter.integers([channels / b, b, filters / b, sizeOf(kernel), b]),
    ]);
    const ordered = emitter.emit('Transpose', [rows], { perm: [2, 0, 3, 1, 4] });
    return emitter.emit('Reshape', [ordered, emitter.integers(weightShape)]);
  },
};

function backwards(emitter: Emitter, taps: number): string {
  return emitter.integers(Array.from({ length: taps }, (_, tap) => taps - 1 - tap));
}

/** x moves over dy: for stride 1. The better way where x has more channels, or the weight is large: see above. */
function inputOverGradient(
  emitter: Emitter,
  x: Value,
  gradient: Value,
  { stride, padding, dilation, weightShape }: Window & { readonly weightShape: Shape },
): Correlation | null {
  if (stride[0] !== 1 || stride[1] !== 1 || !emitter.blockable(x)) return null;
  const [filters = 0, channels = 0, height = 1, width = 1] = weightShape;
  const pixels = sizeOf(x.shape.slice(2));
  if (emitter.blockable(gradient) && channels <= filters && pixels > 1024) return null;
  const [down, across] = [dilation[0] * (height - 1), dilation[1] * (width - 1)];
  const [top, left, bottom, right] = padding;
  return {
    moving: x,
    over: gradient,
    padding: [down - top, across - left, down - bottom, across - right],
    dilation: [1, 1],
    stride: dilation,
    stops: [height, width],
  };
}

/** dy moves over x. */
function gradientOverInput(
  emitter: Emitter,
  x: Value,
  gradient: Value,
  { stride, padding, dilation, weightShape }: Window & { readonly weightShape: Shape },
): Correlation | null {
  if (!emitter.blockable(gradient)) return null;
  const [, , height = 1, width = 1] = weightShape;
  const rest = (axis: 0 | 1, taps: number, before: number): number =>
    stride[axis] * ((gradient.shape[axis + 2] ?? 0) - 1) +
    1 +
    dilation[axis] * (taps - 1) -
    (x.shape[axis + 2] ?? 0) -
    before;
  const [top, left] = padding;
  return {
    moving: gradient,
    over: x,
    padding: [top, left, rest(0, height, top), rest(1, width, left)],
    dilation: stride,
    stride: dilation,
    stops: [height, width],
  };
}
