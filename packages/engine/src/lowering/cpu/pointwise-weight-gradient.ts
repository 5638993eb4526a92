/**
 * The weight gradient of a convolution of one pixel: dw[o, i] = sum over n and pixels of dy[n, o, pixel] x[n, i, pixel].
 *
 * As in `blocked-weight-gradient.ts` an activation is the kernel of a blocked convolution, taken as it lies, here with
 * all its pixels in one row. What it moves over are the plain channels of the other activation, one after the other, as
 * one long row: its stops are as far apart as an image is long. Images of the batch are groups, and the pixels of a
 * large image are cut into ranges that are input channels, so that the kernels of one range stay in the cache.
 */
import type { Value } from '../../graph/graph.js';
import type { Window } from '../../ops/convolution.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';
import { isPackable } from '../packed-weights.js';

export const pointwiseWeightGradient: PreferredLowering<Window & { readonly weightShape: Shape }> = ({
  emitter,
  inputs: [x, gradient],
  outputs: [dw],
  attributes: { stride, padding, groups, weightShape },
}) => {
  const [filters = 0, channels = 0, ...kernel] = weightShape;
  if (!x || !gradient || groups !== 1 || sizeOf(kernel) !== 1) return false;
  if ([...stride].some((step) => step !== 1) || padding.some((pad) => pad !== 0)) return false;
  const [batch = 1, , ...size] = x.shape;
  const ranges = rangesOf(sizeOf(size), batch, emitter.blockSize ?? 1);
  if (ranges === null || sizeOf(size) < fewestPixels) return false;
  // What moves should be the one with more channels: the other has to be had plain.
  if (emitter.blockable(gradient) && (filters >= channels || !emitter.blockable(x))) {
    // [O/b, I, b out] is the packed layout, and that of a blocked image of one row.
    const sums = products(emitter, gradient, x, ranges);
    if (emitter.packsWeights && isPackable(weightShape, emitter.blockSize)) {
      emitter.set(dw, emitter.emit('Reshape', [sums, emitter.integers(weightShape)]), 'packed');
      return true;
    }
    const image = emitter.emit('Reshape', [sums, emitter.integers([1, filters, 1, channels])]);
    const plain = emitter.emit('ReorderOutput', [image], { channels: filters }, nchwc);
    emitter.set(dw, emitter.emit('Reshape', [plain, emitter.integers(weightShape)]));
    return true;
  }
  if (!emitter.blockable(x)) return false;
  const sums = products(emitter, x, gradient, ranges);
  const image = emitter.emit('Reshape', [sums, emitter.integers([1, channels, 1, filters])]);
  const plain = emitter.emit('ReorderOutput', [image], { channels }, nchwc);
  const exchanged = emitter.emit('Transpose', [plain], { perm: [3, 1, 0, 2] });
  emitter.set(dw, emitter.emit('Reshape', [exchanged, emitter.integers(weightShape)]));
  return true;
};

/** Below, a matrix product is as good. */
const fewestPixels = 16;

/** [channels of `moving` / b, channels of `over`, b]. */
function products(emitter: Emitter, moving: Value, over: Value, ranges: number): string {
  const [batch = 1, filters = 1, ...size] = moving.shape;
  const channels = over.shape[1] ?? 1;
  const length = sizeOf(size) / ranges;
  const kernel = emitter.emit('Reshape', [
    emitter.blocked(moving),
    emitter.integers([batch * filters, ranges, 1, length]),
  ]);
  const rows = emitter.emit('Reshape', [
    byRange(emitter, emitter.plain(over), { batch, channels, ranges, length }),
    emitter.integers([1, batch * ranges, 1, channels * length]),
  ]);
  const window = { kernel_shape: [1, length], strides: [1, length], dilations: [1, 1], pads: [0, 0, 0, 0] };
  const sums = emitter.emit('Conv', [rows, kernel], { ...window, group: batch }, nchwc);
  if (batch === 1) return sums;
  const apart = emitter.emit('Reshape', [sums, emitter.integers([batch, filters * channels])]);
  return emitter.emit('ReduceSum', [apart, emitter.integers([0])], { keepdims: 0 });
}

/** Plain channels [N, C, ranges, length] as [N, ranges, C, length]. */
function byRange(
  emitter: Emitter,
  name: string,
  { batch, channels, ranges, length }: Readonly<Record<'batch' | 'channels' | 'ranges' | 'length', number>>,
): string {
  if (ranges === 1) return name;
  const order: number[] = [];
  for (let image = 0; image < batch; image++)
    for (let range = 0; range < ranges; range++)
      for (let channel = 0; channel < channels; channel++)
        order.push((image * channels + channel) * ranges + range);
  const pieces = emitter.emit('Reshape', [name, emitter.integers([order.length, length])]);
  return emitter.emit('Gather', [pieces, emitter.integers(order)], { axis: 0 });
}

/** Kernels of at most half a megabyte, and as many input channels as ONNX Runtime allows; null where none fit. */
function rangesOf(pixels: number, batch: number, b: number): number | null {
  const fits = (channels: number): boolean => channels < b || channels % b === 0;
  const counts = Array.from({ length: b - 1 }, (_, index) => index + 1).filter(
    (count) => pixels % count === 0 && fits(batch * count),
  );
  return counts.find((count) => pixels / count <= 2 ** 15 / b) ?? counts.at(-1) ?? null;
}
