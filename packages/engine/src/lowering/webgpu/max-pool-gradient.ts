import type { Pool } from '../../ops/max-pool.js';
import { scatter } from '../../ops/max-pool.js';
import type { PreferredLowering } from '../lowering.js';

/**
 * As the portable form, x seen through each tap of the window is compared with y, but by arithmetic on floats: WebGPU's
 * provider does not move truth values about.
 */
export const maxPoolGradientByArithmetic: PreferredLowering<Pool> = ({
  emitter,
  inputs: [x, y, gradient],
  outputs: [dx],
  attributes: { kernel, stride, padding },
}) => {
  if (!x || !y || !gradient) return false;
  const [, , height = 0, width = 0] = x.shape;
  const [, , outHeight = 0, outWidth = 0] = y.shape;
  const [top, left, bottom, right] = padding;
  const full = [height + top + bottom, width + left + right] as const;
  const around = emitter.integers([0, 0, top, left, 0, 0, bottom, right]);
  const source = emitter.emit('Pad', [emitter.plain(x), around, emitter.number(LOWEST)]);
  const placed: string[] = [];
  /** 1 for windows whose winner is not yet found. */
  let open: string | null = null;
  for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
    const start = [Math.floor(tap / kernel[1]), tap % kernel[1]] as const;
    const end = [start[0] + (outHeight - 1) * stride[0] + 1, start[1] + (outWidth - 1) * stride[1] + 1];
    const lists = [start, end, [2, 3], stride].map((list) => emitter.integers(list));
    const below = emitter.emit('Sub', [emitter.emit('Slice', [source, ...lists]), emitter.plain(y)]);
    // x - y is 0 for the winner and negative for all others.
    const agrees = emitter.emit('HardSigmoid', [below], { alpha: { float: STEEP }, beta: { float: 1 } });
    const wins: string = open ? emitter.emit('Mul', [agrees, open]) : agrees;
    open = emitter.emit('Sub', [open ?? emitter.number(1), wins]);
    const share = emitter.emit('Mul', [emitter.plain(gradient), wins]);
    placed.push(scatter(emitter, share, { shape: y.shape, stride, start, full }));
  }
  const sum = placed.reduce((total, next) => emitter.emit('Add', [total, next]));
  const inner = [
    [top, left],
    [top + height, left + width],
    [2, 3],
  ].map((list) => emitter.integers(list));
  emitter.set(dx, emitter.emit('Slice', [sum, ...inner]));
  return true;
};

/** Below all activations, and far enough from the limits of float32 that products with STEEP stay within them. */
const LOWEST = -1e8;
/** Two activations that differ by more than 1e-30 are told apart. */
const STEEP = 1e30;
