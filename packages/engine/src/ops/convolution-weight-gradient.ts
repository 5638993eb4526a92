/**
 * The weight gradient of a convolution as matrix products.
 *
 * dw[o, i, tap] = sum over n and pixels of dy[n, o, pixel] x[n, i, pixel moved by tap]: for each tap of the kernel one
 * product of dy, as [O, pixels], with the moved x, as [pixels, I], summed over the batch.
 *
 * With stride 1 and one group no moved copy has to be cut out row by row: x is padded once, dy gets the row length of
 * the padded x (its additional columns are zero), and then a tap is ONE contiguous range of the flattened x.
 */
import type { Value } from '../graph/graph.js';
import type { Emitter } from '../lowering/emitter.js';
import { microsoft } from '../lowering/emitter.js';
import type { LoweringContext } from '../lowering/lowering.js';
import type { Shape } from '../tensor.js';
import type { Window } from './convolution.js';

type Context = LoweringContext<Window & { readonly weightShape: Shape }>;

export function lowerWeightGradient(context: Context): void {
  const { emitter, inputs, outputs, attributes } = context;
  const [x, gradient] = inputs;
  const [filters = 0, perGroup = 0, kernelHeight = 0, kernelWidth = 0] = attributes.weightShape;
  if (!x || !gradient) return;
  const { stride, groups } = attributes;
  const flat = stride[0] === 1 && stride[1] === 1 && groups === 1;
  const products = flat
    ? flatTaps(emitter, x, gradient, attributes)
    : cutTaps(emitter, x, gradient, attributes);
  const taps = kernelHeight * kernelWidth;
  // Each product is [N, groups, O / groups, I / groups].
  const summed = products.map((product) =>
    emitter.emit('ReduceSum', [product, emitter.integers([0])], { keepdims: taps > 1 ? 1 : 0 }),
  );
  if (taps === 1) {
    const [only = ''] = summed;
    const shape = [groups, filters / groups, perGroup];
    emitter.set(outputs[0], emitter.reshape(only, shape, attributes.weightShape));
    return;
  }
  const stacked = emitter.emit('Concat', summed, { axis: 0 });
  const last = emitter.emit('Transpose', [stacked], { perm: [1, 2, 3, 0] });
  const shape = [groups, filters / groups, perGroup, taps];
  emitter.set(outputs[0], emitter.reshape(last, shape, attributes.weightShape));
}

/** Stride 1: one range of the flattened, padded x for each tap. */
function flatTaps(
  emitter: Emitter,
  x: Value,
  gradient: Value,
  window: Window & { readonly weightShape: Shape },
): string[] {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const [, filters = 0, outHeight = 0, outWidth = 0] = gradient.shape;
  const [, , kernelHeight = 0, kernelWidth = 0] = window.weightShape;
  const [top, left, bottom, right] = window.padding;
  const rowLength = width + left + right;
  const rows = height + top + bottom;
  const range = (outHeight - 1) * rowLength + outWidth;
  const flatX = emitter.reshape(
    padded(emitter, emitter.plain(x), [top, left, bottom, right]),
    [batch, channels, rows, rowLength],
    [batch, 1, channels, rows * rowLength],
  );
  const widened = padded(emitter, emitter.plain(gradient), [0, 0, 0, rowLength - outWidth]);
  const flatGradient = emitter.reshape(
    widened,
    [batch, filters, outHeight, rowLength],
    [batch, 1, filters, outHeight * rowLength],
  );
  const left0 = cut(emitter, flatGradient, outHeight * rowLength, 0, range);
  return tapsOf(kernelHeight, kernelWidth).map(([row, column]) => {
    const start = row * window.dilation[0] * rowLength + column * window.dilation[1];
    return product(emitter, left0, cut(emitter, flatX, rows * rowLength, start, start + range));
  });
}

/** Any stride and groups: one strided cut-out of the padded x for each tap. */
function cutTaps(
  emitter: Emitter,
  x: Value,
  gradient: Value,
  window: Window & { readonly weightShape: Shape },
): string[] {
  const [batch = 0, channels = 0] = x.shape;
  const [, filters = 0, outHeight = 0, outWidth = 0] = gradient.shape;
  const [, , kernelHeight = 0, kernelWidth = 0] = window.weightShape;
  const { groups, stride, dilation } = window;
  const pixels = outHeight * outWidth;
  const source = padded(emitter, emitter.plain(x), window.padding);
  const left = emitter.reshape(emitter.plain(gradient), gradient.shape, [
    batch,
    groups,
    filters / groups,
    pixels,
  ]);
  return tapsOf(kernelHeight, kernelWidth).map(([row, column]) => {
    const starts = [row * dilation[0], column * dilation[1]];
    const ends = [
      (starts[0] ?? 0) + (outHeight - 1) * stride[0] + 1,
      (starts[1] ?? 0) + (outWidth - 1) * stride[1] + 1,
    ];
    const moved = emitter.emit('Slice', [
      source,
      ...[starts, ends, [2, 3], stride].map((list) => emitter.integers(list)),
    ]);
    const shape = [batch, groups, channels / groups, pixels];
    return product(emitter, left, emitter.reshape(moved, [batch, channels, outHeight, outWidth], shape));
  });
}

function tapsOf(height: number, width: number): [number, number][] {
  return Array.from({ length: height * width }, (_, tap) => [Math.floor(tap / width), tap % width]);
}

function product(emitter: Emitter, a: string, b: string): string {
  return emitter.emit('FusedMatMul', [a, b], { transB: 1 }, microsoft);
}

function cut(emitter: Emitter, name: string, length: number, start: number, end: number): string {
  if (start === 0 && end === length) return name;
  return emitter.emit('Slice', [name, ...[[start], [end], [3]].map((list) => emitter.integers(list))]);
}

function padded(emitter: Emitter, name: string, [top, left, bottom, right]: Window['padding']): string {
  if (top === 0 && left === 0 && bottom === 0 && right === 0) return name;
  return emitter.emit('Pad', [name, emitter.integers([0, 0, top, left, 0, 0, bottom, right])]);
}
