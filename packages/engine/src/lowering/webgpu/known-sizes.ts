/**
 * Operators whose portable forms compute with the sizes of images, so that models serve images of other sizes. WebGPU's
 * provider leaves such arithmetic to the CPU; in a training all sizes are known.
 */
import { share } from '../../ops/adaptive-average-pool.js';
import type { Pair } from '../../ops/convolution.js';
import { type ResizeMode, resizeAttributes } from '../../ops/resize.js';
import { float32 } from '../../tensor.js';
import type { Emitter } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';

export const resizeToKnownSize: PreferredLowering<{ readonly size: Pair; readonly mode: ResizeMode }> = ({
  emitter,
  inputs: [x, reference],
  outputs: [y],
  attributes: { size, mode },
}) => {
  if (!x || !reference) return false;
  const target = emitter.integers([...x.shape.slice(0, 2), ...size]);
  emitter.set(y, emitter.emit('Resize', [emitter.plain(x), '', '', target], resizeAttributes[mode]));
  return true;
};

export const poolToKnownCells: PreferredLowering<{ readonly size: Pair }> = ({
  emitter,
  inputs: [x],
  outputs: [y],
  attributes: { size },
}) => {
  if (!x || (size[0] === 1 && size[1] === 1)) return false;
  const [, , height = 0, width = 0] = x.shape;
  const rows = matrix(emitter, [size[0], height], (cell, row) => share(row, cell, height, size[0]));
  const columns = matrix(emitter, [width, size[1]], (column, cell) => share(column, cell, width, size[1]));
  const reduced = emitter.emit('MatMul', [rows, emitter.plain(x)]);
  emitter.set(y, emitter.emit('MatMul', [reduced, columns]));
  return true;
};

function matrix(emitter: Emitter, shape: Pair, of: (row: number, column: number) => number): string {
  const numbers = Array.from({ length: shape[0] * shape[1] }, (_, index) =>
    of(Math.floor(index / shape[1]), index % shape[1]),
  );
  return emitter.constant(float32(shape, numbers));
}
