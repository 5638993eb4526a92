/**
 * The input gradient of a convolution with stride 2 or more, in the blocked layout.
 *
 * The rows (and columns) of dx whose numbers leave the same rest when divided by the stride see the same taps of the
 * kernel: for each pair of rests, a convolution of dy with a part of the kernel, turned, gives every stride-th row and
 * column of dx. With stride 2 these are four small convolutions without any superfluous product; then they are laid
 * into each other.
 */
import type { Value } from '../../graph/graph.js';
import type { Window } from '../../ops/convolution.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { PreferredLowering } from '../lowering.js';
import { turnedWeight } from './turned-weight.js';

export const stridedInputGradient: PreferredLowering<Window & { readonly inputShape: Shape }> = ({
  emitter,
  inputs: [gradient, weight],
  outputs: [dx],
  attributes: { stride, padding, dilation, groups, inputShape },
}) => {
  if (!gradient || !weight || !dx || dilation.some((step) => step !== 1)) return false;
  const [filters = 0, perGroup = 0, height = 1, width = 1] = weight.shape;
  const depthwise = groups === filters && perGroup === 1;
  if ((groups !== 1 && !depthwise) || !emitter.blockable(gradient) || !emitter.blockable(dx)) return false;
  const rows = phasesOf(inputShape[2] ?? 0, gradient.shape[2] ?? 0, height, stride[0], padding[0]);
  const columns = phasesOf(inputShape[3] ?? 0, gradient.shape[3] ?? 0, width, stride[1], padding[1]);
  if (!rows || !columns) return false;
  const dy = emitter.blocked(gradient);
  const [batch = 1, channels = 1, fullHeight = 1, fullWidth = 1] = inputShape;
  const b = emitter.blockSize ?? 1;
  const parts = rows.map((row) =>
    columns.map((column) => {
      const taps = row.taps.flatMap((y) => column.taps.map((x) => y * width + x));
      const kernel = depthwise ? depthwiseTaps(emitter, weight, taps) : turnedWeight(emitter, weight, taps);
      const shape = [row.taps.length, column.taps.length];
      const weights = emitter.emit('Reshape', [
        kernel,
        emitter.integers(depthwise ? [channels, 1, ...shape] : [channels, filters, ...shape]),
      ]);
      return emitter.emit(
        'Conv',
        [dy, weights],
        {
          kernel_shape: shape,
          strides: [1, 1],
          dilations: [1, 1],
          pads: [row.before, column.before, row.after, column.after],
          group: depthwise ? channels : 1,
        },
        nchwc,
      );
    }),
  );
  const cells = (batch * channels * fullHeight * fullWidth) / (stride[0] * stride[1]);
  const lines = parts.map((line) => interleaved(emitter, line, [cells / b, b]));
  const whole = interleaved(emitter, lines, [cells / ((fullWidth / stride[1]) * b), fullWidth * b]);
  emitter.set(dx, emitter.emit('Reshape', [whole, emitter.integers(inputShape)]), 'blocked');
  return true;
};

/** One rest of the numbers of rows: the taps that it sees, from the last to the first, and the zeros around dy. */
interface Phase {
  readonly taps: readonly number[];
  readonly before: number;
  readonly after: number;
}

/** Null where the length is no multiple of the stride, or a phase sees no tap or would have to cut dy off. */
function phasesOf(
  length: number,
  outLength: number,
  kernel: number,
  stride: number,
  padding: number,
): Phase[] | null {
  if (length % stride !== 0) return null;
  const phases = Array.from({ length: stride }, (_, rest): Phase => {
    const first = (rest + padding) % stride;
    const taps = Array.from({ length: Math.ceil((kernel - first) / stride) }, (_, j) => first + j * stride);
    // dx[stride k + rest] = sum over j of w[first + stride j] dy[k + ahead - j].
    const ahead = (rest + padding - first) / stride;
    const before = taps.length - 1 - ahead;
    return { taps: taps.reverse(), before, after: length / stride - outLength + taps.length - 1 - before };
  });
  return phases.every(({ taps, before, after }) => taps.length > 0 && before >= 0 && after >= 0)
    ? phases
    : null;
}

/** Depthwise taps in the order given: [C/b][taps][b]. */
function depthwiseTaps(emitter: Emitter, weight: Value, taps: readonly number[]): string {
  const [channels = 0, , ...kernel] = weight.shape;
  const flat = emitter.emit('Reshape', [emitter.plain(weight), emitter.integers([channels, sizeOf(kernel)])]);
  const chosen = emitter.emit('Gather', [flat, emitter.integers(taps)], { axis: 1 });
  const image = emitter.emit('Reshape', [chosen, emitter.integers([1, channels, 1, taps.length])]);
  return emitter.emit('ReorderInput', [image], {}, nchwc);
}

/** Rows of several tensors by turns. */
function interleaved(emitter: Emitter, names: readonly string[], shape: Shape): string {
  if (names.length === 1) return names[0] ?? '';
  const rows = names.map((name) => emitter.emit('Reshape', [name, emitter.integers(shape)]));
  return emitter.emit('Concat', rows, { axis: 1 });
}
