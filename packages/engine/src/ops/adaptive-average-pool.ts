/**
 * Averages over a fixed number of cells, whatever the size of the image.
 *
 * Cell i of n covers the rows from floor(i H / n) to before ceil((i + 1) H / n): cells overlap where n does not divide
 * H. Each axis by itself is a product with a matrix, and so is the gradient.
 */
import { ShapeError } from '../errors.js';
import type { Graph, Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import type { Emitter } from '../lowering/emitter.js';
import { float32, int64 } from '../tensor.js';
import type { Pair } from './convolution.js';
import { matmul } from './matmul.js';

/**
 * The mean of each of size[0] by size[1] cells, as PyTorch's `adaptive_avg_pool2d`.
 *
 * @param x [N, C, H, W]
 * @returns [N, C, size[0], size[1]]
 */
export function adaptiveAveragePool(x: Value, size: Pair): Value {
  return applyOne(adaptiveAveragePoolOperator, [x], { size });
}

export const adaptiveAveragePoolOperator = defineOperator<{ readonly size: Pair }>({
  name: 'AdaptiveAveragePool',
  infer: ([x], { size }) => {
    if (x?.shape.length !== 4) throw new ShapeError('AdaptiveAveragePool', [x?.shape ?? []], 'no image');
    return [{ dtype: 'float32', shape: [...x.shape.slice(0, 2), ...size] }];
  },
  gradient: ({ inputs: [x], gradients: [gradient], attributes: { size } }) => {
    if (!x || !gradient) return [null];
    const [, , height = 0, width = 0] = x.shape;
    const rows = shares(x.graph, [height, size[0]], (row, cell) => share(row, cell, height, size[0]));
    const columns = shares(x.graph, [size[1], width], (cell, column) => share(column, cell, width, size[1]));
    return [matmul(matmul(rows, gradient), columns)];
  },
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { size } }) => {
    const image = emitter.plain(x);
    if (size[0] === 1 && size[1] === 1) {
      emitter.set(y, emitter.emit('GlobalAveragePool', [image]));
      return;
    }
    // The matrices are computed from the image's size in the model, which an exported one leaves open.
    const rows = cellMatrix(emitter, image, { axis: 2, cells: size[0] });
    const columns = cellMatrix(emitter, image, { axis: 3, cells: size[1] });
    const turned = emitter.emit('Transpose', [columns], { perm: [1, 0] });
    emitter.set(y, emitter.emit('MatMul', [emitter.emit('MatMul', [rows, image]), turned]));
  },
});

/** The part that one pixel of an axis has in a cell's mean. */
export function share(pixel: number, cell: number, length: number, cells: number): number {
  const start = Math.floor((cell * length) / cells);
  const end = Math.ceil(((cell + 1) * length) / cells);
  return pixel >= start && pixel < end ? 1 / (end - start) : 0;
}

function shares(graph: Graph, shape: Pair, of: (row: number, column: number) => number): Value {
  const numbers = Array.from({ length: shape[0] * shape[1] }, (_, index) =>
    of(Math.floor(index / shape[1]), index % shape[1]),
  );
  return graph.constant(float32(shape, numbers));
}

/** The matrix [cells, length] of `share`, for the length of an axis that is known when the model runs. */
function cellMatrix(
  emitter: Emitter,
  image: string,
  { axis, cells }: { readonly axis: number; readonly cells: number },
): string {
  return emitter.shared(`cells:${image}:${axis}:${cells}`, () => {
    const whole = (value: number): string => emitter.integers([value]);
    const length = emitter.emit('Shape', [image], { start: axis, end: axis + 1 });
    const scalar = emitter.emit('Squeeze', [length]);
    const counted = (last: string): string =>
      emitter.emit('Range', [wholeScalar(emitter, 0), last, wholeScalar(emitter, 1)]);
    const cell = emitter.emit('Unsqueeze', [counted(wholeScalar(emitter, cells)), whole(1)]);
    const pixel = emitter.emit('Unsqueeze', [counted(scalar), whole(0)]);
    // floor(i L / n), and ceil((i + 1) L / n) as floor(((i + 1) L + n - 1) / n): whole numbers, so exact.
    const start = emitter.emit('Div', [emitter.emit('Mul', [cell, length]), whole(cells)]);
    const next = emitter.emit('Mul', [emitter.emit('Add', [cell, whole(1)]), length]);
    const end = emitter.emit('Div', [emitter.emit('Add', [next, whole(cells - 1)]), whole(cells)]);
    const inside = emitter.emit('And', [
      emitter.emit('GreaterOrEqual', [pixel, start]),
      emitter.emit('Less', [pixel, end]),
    ]);
    const count = emitter.emit('Sub', [end, start]);
    const asFloat = (name: string): string => emitter.emit('Cast', [name], { to: 1 });
    return emitter.emit('Div', [asFloat(inside), asFloat(count)]);
  });
}

function wholeScalar(emitter: Emitter, value: number): string {
  return emitter.shared(`whole:${value}`, () => emitter.constant(int64([], [value])));
}
