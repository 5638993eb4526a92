import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import type { Emitter } from '../lowering/emitter.js';
import type { Shape } from '../tensor.js';
import { convolvedSize, type Pair, type Window, windowOf } from './convolution.js';

export interface PoolOptions {
  readonly kernel: number;
  /** Default: the kernel. */
  readonly stride?: number;
  /** Pixels on each side, or at the top, left, bottom and right. */
  readonly padding?: number | Window['padding'];
}

export type Pool = Omit<Window, 'groups'> & { readonly kernel: Pair };

/**
 * The largest element under a moving window, as PyTorch's `max_pool2d`. The gradient goes to the first of equal ones
 * in reading order.
 *
 * @param x [N, C, H, W]
 */
export function maxPool(x: Value, options: PoolOptions): Value {
  return applyOne(maxPoolOperator, [x], poolOf(options));
}

/** The window of a pooling. */
export function poolOf({ kernel, stride = kernel, padding = 0 }: PoolOptions): Pool {
  const { groups: _, ...window } = windowOf({ stride, padding });
  return { ...window, kernel: [kernel, kernel] };
}

/** The result type of a pooling. */
export function pooled(name: string, x: Shape, pool: Pool) {
  const [batch = 0, channels = 0, ...size] = x;
  const [height, width] = convolvedSize(size, pool.kernel, pool);
  if (size.length !== 2 || height < 1 || width < 1)
    throw new ShapeError(name, [x], 'the window is larger than the image');
  return [{ dtype: 'float32', shape: [batch, channels, height, width] }] as const;
}

export const maxPoolOperator = defineOperator<Pool>({
  name: 'MaxPool',
  infer: ([x], pool) => pooled('MaxPool', x?.shape ?? [], pool),
  gradient: ({ inputs: [x], outputs: [y], gradients: [gradient], attributes }) => [
    x && y && gradient ? applyOne(maxPoolGradient, [x, y, gradient], attributes) : null,
  ],
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { kernel, stride, padding } }) =>
    emitter.set(
      y,
      emitter.emit('MaxPool', [emitter.plain(x)], { kernel_shape: kernel, strides: stride, pads: padding }),
    ),
});

/**
 * (x, y, dy) to dx without indices, which WebGPU does not give: for each tap of the window, x seen through that tap is
 * compared with y, and dy is sent back where they agree and no earlier tap did.
 */
export const maxPoolGradient = defineOperator<Pool>({
  name: 'MaxPoolGradient',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  lower: ({ emitter, inputs: [x, y, gradient], outputs: [dx], attributes: { kernel, stride, padding } }) => {
    if (!x || !y || !gradient) return;
    const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
    const [, , outHeight = 0, outWidth = 0] = y.shape;
    const [top, left, bottom, right] = padding;
    const full: Pair = [height + top + bottom, width + left + right];
    const lowest = emitter.number(-3.4e38);
    const source = emitter.emit('Pad', [
      emitter.plain(x),
      emitter.integers([0, 0, top, left, 0, 0, bottom, right]),
      lowest,
    ]);
    const peak = emitter.plain(y);
    const arriving = emitter.plain(gradient);
    let sum: string | null = null;
    let open: string | null = null;
    for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
      const start: Pair = [Math.floor(tap / kernel[1]), tap % kernel[1]];
      const end: Pair = [
        start[0] + (outHeight - 1) * stride[0] + 1,
        start[1] + (outWidth - 1) * stride[1] + 1,
      ];
      const lists = [start, end, [2, 3], stride].map((list) => emitter.integers(list));
      const agrees = emitter.emit('Equal', [emitter.emit('Slice', [source, ...lists]), peak]);
      const wins: string = open ? emitter.emit('And', [agrees, open]) : agrees;
      const not = emitter.emit('Not', [agrees]);
      open = open ? emitter.emit('And', [open, not]) : not;
      const share = emitter.emit('Mul', [arriving, emitter.emit('Cast', [wins], { to: 1 })]);
      const placed = scatter(emitter, share, {
        shape: [batch, channels, outHeight, outWidth],
        stride,
        start,
        full,
      });
      sum = sum ? emitter.emit('Add', [sum, placed]) : placed;
    }
    const inner = [
      [top, left],
      [top + height, left + width],
      [2, 3],
    ].map((list) => emitter.integers(list));
    emitter.set(dx, emitter.emit('Slice', [sum ?? '', ...inner]));
  },
});

/** Puts results back onto the padded image: `stride` apart, from `start` on, zeros elsewhere. */
export function scatter(
  emitter: Emitter,
  name: string,
  { shape, stride, start, full }: { shape: Shape; stride: Pair; start: Pair; full: Pair },
): string {
  const [batch = 0, channels = 0, height = 0, width = 0] = shape;
  const cells = emitter.reshape(name, shape, [batch, channels, height, 1, width, 1]);
  const gaps = emitter.integers([0, 0, 0, 0, 0, 0, 0, 0, 0, stride[0] - 1, 0, stride[1] - 1]);
  const spread = emitter.emit('Reshape', [
    emitter.emit('Pad', [cells, gaps]),
    emitter.integers([batch, channels, height * stride[0], width * stride[1]]),
  ]);
  const after: Pair = [full[0] - start[0] - height * stride[0], full[1] - start[1] - width * stride[1]];
  return emitter.emit('Pad', [spread, emitter.integers([0, 0, ...start, 0, 0, ...after])]);
}
