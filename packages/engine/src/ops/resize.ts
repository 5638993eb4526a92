/**
 * Enlarging and reducing images: nearest neighbour and bilinear, as PyTorch's `interpolate`.
 *
 * Both are linear and work on each axis alone, so the gradient is a product with the transposed interpolation matrix of
 * each axis. Whole-number enlargement by nearest neighbour, which decoders use everywhere, sums its cells instead.
 */
import type { Graph, Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { float32 } from '../tensor.js';
import type { Pair } from './convolution.js';
import { matmul } from './matmul.js';

export type ResizeMode =
  | 'nearest'
  /** The centres of the corner pixels map onto each other only up to half a pixel (`align_corners=False`). */
  | 'bilinear'
  /** The centres of the corner pixels map onto each other (`align_corners=True`). */
  | 'bilinear-aligned';

/**
 * Resizes the two last axes.
 *
 * @param x [N, C, H, W]
 * @param size [H', W'], or an image whose size it is: then also in models whose sizes are left open
 */
export function resize(x: Value, size: Pair | Value, mode: ResizeMode): Value {
  if (!('graph' in size)) return applyOne(resizeOperator, [x], { size, mode });
  const [, , height = 0, width = 0] = size.shape;
  return applyOne(resizeOperator, [x, size], { size: [height, width], mode });
}

export interface Resizing {
  readonly size: Pair;
  readonly mode: ResizeMode;
}

export const resizeOperator = defineOperator<Resizing>({
  name: 'Resize',
  infer: ([x], { size }) => [{ dtype: 'float32', shape: [...(x?.shape ?? []).slice(0, 2), ...size] }],
  gradient: ({ inputs: [x], gradients: [gradient], attributes: { size, mode } }) => {
    if (!x || !gradient) return [null];
    const [, , height = 0, width = 0] = x.shape;
    if (mode === 'nearest' && size[0] % height === 0 && size[1] % width === 0) {
      return [applyOne(cellSums, [gradient], { cell: [size[0] / height, size[1] / width] })];
    }
    const columns = matmul(gradient, matrix(x.graph, weights(width, size[1], mode), [size[1], width]));
    const rows = matrix(x.graph, transposed(weights(height, size[0], mode), size[0], height), [
      height,
      size[0],
    ]);
    return [matmul(rows, columns)];
  },
  lower: ({ emitter, inputs: [x, reference], outputs: [y], attributes: { size, mode } }) => {
    if (!x) return;
    const [, , height = 1, width = 1] = x.shape;
    const whole = size[0] % height === 0 && size[1] % width === 0;
    const { [mode]: attributes } = resizeAttributes;
    if (reference) {
      // Of these two axes alone: what a size is put together from would be computed on the CPU, also on WebGPU.
      const target = emitter.emit('Shape', [emitter.plain(reference)], { start: 2, end: 4 });
      const inputs = [emitter.plain(x), '', '', target];
      emitter.set(y, emitter.emit('Resize', inputs, { ...attributes, axes: [2, 3] }));
      return;
    }
    // By scales where they are exact, so that the model also serves other image sizes.
    const target = (): string[] => {
      if (whole) return ['', emitter.constant(float32([4], [1, 1, size[0] / height, size[1] / width]))];
      return ['', '', emitter.integers([...x.shape.slice(0, 2), ...size])];
    };
    emitter.set(y, emitter.emit('Resize', [emitter.plain(x), ...target()], attributes));
  },
});

export interface Cells {
  /** Height and width, of which those of the image are multiples. */
  readonly cell: Pair;
}

/** The sum of each cell of pixels: the gradient of enlargement by nearest neighbour. */
export const cellSums = defineOperator<Cells>({
  name: 'CellSums',
  infer: ([x], { cell }) => {
    const [batch = 0, channels = 0, height = 0, width = 0] = x?.shape ?? [];
    return [{ dtype: 'float32', shape: [batch, channels, height / cell[0], width / cell[1]] }];
  },
  gradient: ({ inputs: [x], gradients: [gradient] }) => {
    const [, , height = 0, width = 0] = x?.shape ?? [];
    return [gradient ? resize(gradient, [height, width], 'nearest') : null];
  },
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { cell } }) => {
    if (!x || !y) return;
    const [batch = 0, channels = 0, height = 0, width = 0] = y.shape;
    const apart = emitter.emit('Reshape', [
      emitter.plain(x),
      emitter.integers([batch, channels, height, cell[0], width, cell[1]]),
    ]);
    const sums = emitter.emit('ReduceSum', [apart, emitter.integers([3, 5])], { keepdims: 0 });
    emitter.set(y, sums);
  },
});

/** ONNX's words for the modes. */
export const resizeAttributes = {
  nearest: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  bilinear: { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
  'bilinear-aligned': { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
} as const satisfies Record<ResizeMode, object>;

/** Interpolation matrix of one axis, row-major [to, from]. */
function weights(from: number, to: number, mode: ResizeMode): Float32Array {
  const result = new Float32Array(to * from);
  for (let index = 0; index < to; index++) {
    if (mode === 'nearest') {
      result[index * from + Math.min(Math.floor((index * from) / to), from - 1)] = 1;
      continue;
    }
    const position =
      mode === 'bilinear' ? ((index + 0.5) * from) / to - 0.5 : (index * (from - 1)) / Math.max(to - 1, 1);
    const clamped = Math.min(Math.max(position, 0), from - 1);
    const low = Math.floor(clamped);
    const high = Math.min(low + 1, from - 1);
    result[index * from + low] = (result[index * from + low] ?? 0) + 1 - (clamped - low);
    result[index * from + high] = (result[index * from + high] ?? 0) + clamped - low;
  }
  return result;
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return data.map((_, index) => data[(index % rows) * columns + Math.floor(index / rows)] ?? 0);
}

function matrix(graph: Graph, data: Float32Array, shape: Pair): Value {
  return graph.constant(float32(shape, data));
}
