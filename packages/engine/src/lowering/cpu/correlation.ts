/**
 * The sum of products of two activations at every stop of one that moves over the other, as a blocked convolution in
 * which the moving one is the kernel.
 *
 * A kernel has to stay in the cache while it passes over the images. Large ones are cut into ranges of rows, which are
 * groups of one convolution and are summed afterwards; of small ones several images of the batch are input channels of
 * one kernel, so that the convolution itself adds them up.
 */
import type { Value } from '../../graph/graph.js';
import type { Pair } from '../../ops/convolution.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';

/** Which activation moves over which, and how. */
export interface Correlation {
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

/** Blocked sums: [channels of `over`, channels of `moving` / b, stops, b]. */
export function correlate(
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
export interface Division {
  /** Ranges of rows into which each image is cut. */
  readonly parts: number;
  /** Images that are input channels of one kernel. */
  readonly together: number;
}

/**
 * Four blocks of filters are computed at a time; their kernels, 4 * pixels * b numbers, should not exceed half a
 * megabyte. ONNX Runtime wants fewer input channels than a block or whole blocks of them: null where that cannot be.
 */
export function divisionOf([batch = 0, , height = 0, width = 0]: Shape, b: number): Division | null {
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
