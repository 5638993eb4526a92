/**
 * Convolution and its two gradients, which are closed under differentiation.
 *
 * With y = x * w the loss's gradients are dx = inputGradient(dy, w) and dw = weightGradient(x, dy). Each of the three
 * is linear in both of its arguments, and the gradient of each is again one of the three:
 *
 * | result            | for the first argument   | for the second argument |
 * | ----------------- | ------------------------ | ----------------------- |
 * | convolve(x, w)    | inputGradient(g, w)      | weightGradient(x, g)    |
 * | inputGradient(d, w) | convolve(g, w)         | weightGradient(g, d)    |
 * | weightGradient(x, d) | inputGradient(d, g)   | convolve(x, g)          |
 *
 * A transposed convolution is `inputGradient` by another name.
 */
import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import type { Shape } from '../tensor.js';
import { add } from './arithmetic.js';
import { lowerWeightGradient } from './convolution-weight-gradient.js';
import { reshape } from './reshape.js';

/** Height and width. */
export type Pair = readonly [number, number];

/** How a kernel moves over an image. */
export interface Window {
  /** Pixels between neighbouring results. */
  readonly stride: Pair;
  /** Zeros added at the top, left, bottom and right. */
  readonly padding: readonly [number, number, number, number];
  /** Pixels between neighbouring taps of the kernel. */
  readonly dilation: Pair;
  /** Channels are split into this many groups that do not see each other. */
  readonly groups: number;
}

export interface ConvolutionOptions {
  readonly stride?: number | Pair;
  readonly padding?: number | Pair | Window['padding'];
  readonly dilation?: number | Pair;
  readonly groups?: number;
}

/**
 * Two-dimensional convolution (cross-correlation), as PyTorch's `conv2d`.
 *
 * @param x [N, I, H, W]
 * @param weight [O, I / groups, kH, kW]
 * @param bias [O]
 * @returns [N, O, H', W'] with H' = floor((H + top + bottom - dilation (kH - 1) - 1) / stride) + 1
 */
export function convolve(x: Value, weight: Value, options: ConvolutionOptions = {}, bias?: Value): Value {
  const y = applyOne(convolution, [x, weight], windowOf(options));
  return bias ? add(y, reshape(bias, [1, bias.shape[0] ?? 0, 1, 1])) : y;
}

/**
 * Two-dimensional transposed convolution, as PyTorch's `conv_transpose2d`.
 *
 * @param x [N, I, H, W]
 * @param weight [I, O / groups, kH, kW]
 * @param options `outputPadding` adds rows and columns at the bottom and right of the result.
 */
export function convolveTransposed(
  x: Value,
  weight: Value,
  options: ConvolutionOptions & { readonly outputPadding?: number | Pair } = {},
): Value {
  const window = windowOf(options);
  const extra = pair(options.outputPadding ?? 0);
  const [batch = 0, , ...size] = x.shape;
  const [, channels = 0, ...kernel] = weight.shape;
  const [top, left, bottom, right] = window.padding;
  const length = (axis: 0 | 1, padding: number): number =>
    ((size[axis] ?? 0) - 1) * window.stride[axis] -
    padding +
    window.dilation[axis] * ((kernel[axis] ?? 0) - 1) +
    1 +
    extra[axis];
  return convolutionInputGradient(x, weight, window, [
    batch,
    channels * window.groups,
    length(0, top + bottom),
    length(1, left + right),
  ]);
}

/** The gradient for the input, of shape `inputShape`, of a convolution whose result has the gradient `gradient`. */
export function convolutionInputGradient(
  gradient: Value,
  weight: Value,
  window: Window,
  inputShape: Shape,
): Value {
  return applyOne(inputGradient, [gradient, weight], { ...window, inputShape });
}

/** The gradient for the weight, of shape `weightShape`, of a convolution of `x`. */
export function convolutionWeightGradient(
  x: Value,
  gradient: Value,
  window: Window,
  weightShape: Shape,
): Value {
  return applyOne(weightGradient, [x, gradient], { ...window, weightShape });
}

export const convolution = defineOperator<Window>({
  name: 'Convolution',
  infer: ([x, weight], window) => {
    const [batch = 0, channels = 0, ...size] = x?.shape ?? [];
    const [filters = 0, perGroup = 0, ...kernel] = weight?.shape ?? [];
    const shapes = [x?.shape ?? [], weight?.shape ?? []];
    if (size.length !== 2 || kernel.length !== 2)
      throw new ShapeError('Convolution', shapes, 'both need four axes');
    if (channels !== perGroup * window.groups || filters % window.groups !== 0) {
      throw new ShapeError('Convolution', shapes, `the channels do not fit ${window.groups} groups`);
    }
    const [height, width] = convolvedSize(size, kernel, window);
    if (height < 1 || width < 1)
      throw new ShapeError('Convolution', shapes, 'the kernel is larger than the image');
    return [{ dtype: 'float32', shape: [batch, filters, height, width] }];
  },
  gradient: ({ inputs: [x, weight], gradients: [gradient], attributes: window, needs }) => {
    if (!x || !weight || !gradient) return [];
    return [
      needs(0) ? convolutionInputGradient(gradient, weight, window, x.shape) : null,
      needs(1) ? convolutionWeightGradient(x, gradient, window, weight.shape) : null,
    ];
  },
  lower: ({ emitter, inputs: [x, weight], outputs: [y], attributes: window }) =>
    emitter.set(y, emitter.emit('Conv', [emitter.plain(x), emitter.plain(weight)], onnxWindow(window))),
});

export const inputGradient = defineOperator<Window & { readonly inputShape: Shape }>({
  name: 'ConvolutionInputGradient',
  infer: (_, { inputShape }) => [{ dtype: 'float32', shape: inputShape }],
  gradient: ({ inputs: [gradient, weight], gradients: [arriving], attributes: window, needs }) => {
    if (!gradient || !weight || !arriving) return [];
    return [
      needs(0) ? applyOne(convolution, [arriving, weight], windowOnly(window)) : null,
      needs(1) ? convolutionWeightGradient(arriving, gradient, windowOnly(window), weight.shape) : null,
    ];
  },
  lower: ({ emitter, inputs: [gradient, weight], outputs: [y], attributes: window }) => {
    if (!gradient || !weight) return;
    const size = gradient.shape.slice(2);
    const kernel = weight.shape.slice(2);
    const { stride, dilation, padding } = window;
    // Rows and columns at the end that no window reached: ONNX calls them output padding.
    const rest = ([0, 1] as const).map((axis) => {
      const reached = ((size[axis] ?? 0) - 1) * stride[axis] + dilation[axis] * ((kernel[axis] ?? 0) - 1) + 1;
      return (
        (window.inputShape[axis + 2] ?? 0) + padding[axis] + (axis === 0 ? padding[2] : padding[3]) - reached
      );
    });
    const names = [emitter.plain(gradient), emitter.plain(weight)];
    emitter.set(y, emitter.emit('ConvTranspose', names, { ...onnxWindow(window), output_padding: rest }));
  },
});

export const weightGradient = defineOperator<Window & { readonly weightShape: Shape }>({
  name: 'ConvolutionWeightGradient',
  infer: (_, { weightShape }) => [{ dtype: 'float32', shape: weightShape }],
  gradient: ({ inputs: [x, gradient], gradients: [arriving], attributes: window, needs }) => {
    if (!x || !gradient || !arriving) return [];
    return [
      needs(0) ? convolutionInputGradient(gradient, arriving, windowOnly(window), x.shape) : null,
      needs(1) ? applyOne(convolution, [x, arriving], windowOnly(window)) : null,
    ];
  },
  lower: lowerWeightGradient,
});

/** Fills in the defaults: stride 1, no padding, no dilation, one group. */
export function windowOf({ stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvolutionOptions): Window {
  const [vertical, horizontal, bottom, right] = typeof padding === 'number' ? pair(padding) : padding;
  return {
    stride: pair(stride),
    padding: [vertical, horizontal, bottom ?? vertical, right ?? horizontal],
    dilation: pair(dilation),
    groups,
  };
}

/** Height and width after a kernel has moved over an image. */
export function convolvedSize(
  size: Shape,
  kernel: Shape,
  { stride, padding, dilation }: Omit<Window, 'groups'>,
): Pair {
  const length = (axis: 0 | 1, padded: number): number =>
    Math.floor(((size[axis] ?? 0) + padded - dilation[axis] * ((kernel[axis] ?? 0) - 1) - 1) / stride[axis]) +
    1;
  return [length(0, padding[0] + padding[2]), length(1, padding[1] + padding[3])];
}

export function onnxWindow({ stride, padding, dilation, groups }: Window) {
  return { strides: stride, pads: padding, dilations: dilation, group: groups };
}

function windowOnly({ stride, padding, dilation, groups }: Window): Window {
  return { stride, padding, dilation, groups };
}

function pair(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value;
}
