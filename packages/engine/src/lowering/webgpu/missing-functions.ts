/** Functions that WebGPU's provider lacks, by others that it has. */
import type { Axis } from '../../ops/softmax.js';
import type { PreferredLowering } from '../lowering.js';

/** x - m - log(sum(exp(x - m))) with the largest x of the axis as m, so that nothing overflows. */
export const logSoftmaxByParts: PreferredLowering<Axis> = ({
  emitter,
  inputs: [x],
  outputs: [y],
  attributes: { axis },
}) => {
  const name = emitter.plain(x);
  const axes = emitter.integers([axis]);
  const shifted = emitter.emit('Sub', [name, emitter.emit('ReduceMax', [name, axes], { keepdims: 1 })]);
  const sum = emitter.emit('ReduceSum', [emitter.emit('Exp', [shifted]), axes], { keepdims: 1 });
  emitter.set(y, emitter.emit('Sub', [shifted, emitter.emit('Log', [sum])]));
  return true;
};

/** (x > 0) - (0 > x). */
export const signByComparison: PreferredLowering<null> = ({ emitter, inputs: [x], outputs: [y] }) => {
  const name = emitter.plain(x);
  const zero = emitter.number(0);
  const asFloat = (pair: readonly string[]): string =>
    emitter.emit('Cast', [emitter.emit('Greater', pair)], { to: 1 });
  emitter.set(y, emitter.emit('Sub', [asFloat([name, zero]), asFloat([zero, name])]));
  return true;
};
