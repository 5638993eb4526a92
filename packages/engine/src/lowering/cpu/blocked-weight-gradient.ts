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
 *
 * A kernel has to stay in the cache while it passes over the images. Large ones are cut into ranges of rows, which are
 * groups of one convolution and are summed afterwards; of small ones several images of the batch are input channels of
 * one kernel, so that the convolution itself adds them up.
 */
import type { Value } from '../../graph/graph.js';
import type { Pair, Window } from '../../ops/convolution.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';
import { isPackable } from '../packed-weights.js';

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

/** Which activation moves over which, and how. */
interface Correlation {
  /** Taken as the kernel: its channels fill whole blocks. */
  readonly moving: Value;
  /** What it moves over, with so many zeros at the top, left, bottom and right; negative ones cut off. */
  readonly over: Value;
  readonly padding: readonly [number, number, number, number];
  /** Pixels between neighbouring taps of the kernel, and between its stops. */
  readonly dilation: Pair;
  readonly stride: Pair;
  /** Stops, as many as the weight has taps. */
  readonly stops: Pair;
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

/** Blocked sums: [channels of `over`, channels of `moving` / b, stops, b]. */
function correlate(
  emitter: Emitter,
  { moving, over, padding, dilation, stride, stops }: Correlation,
  { parts, together }: Division,
): string {
  const b = emitter.blockSize ?? 1;
  const [batch = 0, filters = 0, height = 0, width = 0] = moving.shape;
  const [, channels = 0] = over.shape;
  const rows = height / parts;
  const groups = (batch / together) * parts;
  const kernel = emitter.emit('Reshape', [
    regrouped(
      emitter,
      emitter.blocked(moving),
      { batch, filters: filters / b, parts, together },
      rows * width * b,
    ),
    emitter.integers([groups * filters, together, rows, width]),
  ]);
  const images = emitter.emit('Reshape', [
    cutImages(emitter, over, padding, {
      parts,
      step: rows * dilation[0],
      rows: reach(rows, dilation[0], stops[0], stride[0]),
    }),
    emitter.integers([
      channels,
      groups * together,
      reach(rows, dilation[0], stops[0], stride[0]),
      reach(width, dilation[1], stops[1], stride[1]),
    ]),
  ]);
  const attributes = {
    kernel_shape: [rows, width],
    dilations: dilation,
    strides: stride,
    pads: [0, 0, 0, 0],
  };
  const sums = emitter.emit('Conv', [images, kernel], { ...attributes, group: groups }, nchwc);
  if (groups === 1) return sums;
  const apart = emitter.emit('Reshape', [
    sums,
    emitter.integers([channels, groups, filters * sizeOf(stops)]),
  ]);
  return emitter.emit('ReduceSum', [apart, emitter.integers([1])], { keepdims: 0 });
}

/** Rows or columns that a kernel touches in all its stops. */
function reach(length: number, dilation: number, stops: number, stride: number): number {
  return dilation * (length - 1) + 1 + stride * (stops - 1);
}

/** How a kernel is kept in the cache. */
interface Division {
  /** Ranges of rows into which each image is cut. */
  readonly parts: number;
  /** Images that are input channels of one kernel. */
  readonly together: number;
}

/**
 * Four blocks of filters are computed at a time; their kernels, 4 * pixels * b numbers, should not exceed half a
 * megabyte. ONNX Runtime wants fewer input channels than a block or whole blocks of them: null where that cannot be.
 */
function divisionOf([batch = 0, , height = 0, width = 0]: Shape, b: number): Division | null {
  const most = 2 ** 15 / b;
  const fits = (channels: number): boolean => channels < b || channels % b === 0;
  const parts = divisors(height).find((part) => (height / part) * width <= most && fits(batch * part));
  if (parts === undefined) return null;
  const joined = divisors(batch).findLast((images) => images < b && images * height * width <= most);
  return { parts, together: parts > 1 ? 1 : (joined ?? 1) };
}

function divisors(number: number): number[] {
  return Array.from({ length: number }, (_, index) => index + 1).filter((divisor) => number % divisor === 0);
}

/** Blocked images, [N][C/b][rows], as kernels: [groups][C/b][together][rows of a part]. */
function regrouped(
  emitter: Emitter,
  name: string,
  { batch, filters, parts, together }: Readonly<Record<'batch' | 'filters' | 'parts' | 'together', number>>,
  block: number,
): string {
  if (parts === 1 && together === 1) return name;
  const order: number[] = [];
  for (let first = 0; first < batch; first += together)
    for (let part = 0; part < parts; part++)
      for (let filter = 0; filter < filters; filter++)
        for (let image = first; image < first + together; image++)
          order.push((image * filters + filter) * parts + part);
  const blocks = emitter.emit('Reshape', [name, emitter.integers([order.length, block])]);
  return emitter.emit('Gather', [blocks, emitter.integers(order)], { axis: 0 });
}

/** A padded image for each channel, image of the batch and range of rows: [C][N][parts][rows][W]. */
function cutImages(
  emitter: Emitter,
  value: Value,
  [top, left, bottom, right]: Correlation['padding'],
  { parts, step, rows }: { readonly parts: number; readonly step: number; readonly rows: number },
): string {
  const [batch = 0, channels = 0, height = 0, width = 0] = value.shape;
  const pads = [0, 0, top, left, 0, 0, bottom, right];
  const plain = emitter.plain(value);
  const padded = pads.every((pad) => pad === 0)
    ? plain
    : emitter.emit('Pad', [plain, emitter.integers(pads)]);
  const [fullHeight, fullWidth] = [height + top + bottom, width + left + right];
  // Of each channel, where its images begin.
  const images = Array.from(
    { length: channels * batch },
    (_, index) => (index % batch) * channels + Math.floor(index / batch),
  );
  if (parts === 1) {
    if (batch === 1 || channels === 1) return padded;
    const lines = emitter.emit('Reshape', [
      padded,
      emitter.integers([images.length, fullHeight * fullWidth]),
    ]);
    return emitter.emit('Gather', [lines, emitter.integers(images)], { axis: 0 });
  }
  const places = Array.from(
    { length: parts * rows },
    (_, index) => Math.floor(index / rows) * step + (index % rows),
  );
  const order = emitter.shared(`rows:${[batch, channels, fullHeight, parts, step, rows]}`, () =>
    emitter.emit('Add', [
      emitter.emit('Reshape', [
        emitter.integers(images.map((image) => image * fullHeight)),
        emitter.integers([-1, 1]),
      ]),
      emitter.integers(places),
    ]),
  );
  const lines = emitter.emit('Reshape', [padded, emitter.integers([images.length * fullHeight, fullWidth])]);
  return emitter.emit('Gather', [lines, order], { axis: 0 });
}
