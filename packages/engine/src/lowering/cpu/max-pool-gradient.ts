import type { Pool } from '../../ops/max-pool.js';
import { sizeOf } from '../../tensor.js';
import type { PreferredLowering } from '../lowering.js';

/**
 * On the CPU, `MaxPool` also tells which element won, as a position in the flattened input: dy is added up there.
 * Pooling once more costs less than keeping the positions, which are 64-bit integers, from the forward pass.
 */
export const maxPoolGradientByPosition: PreferredLowering<Pool> = ({
  emitter,
  inputs: [x, y, gradient],
  outputs: [dx],
  attributes: { kernel, stride, padding },
}) => {
  if (!x || !y || !gradient) return false;
  const attributes = { kernel_shape: kernel, strides: stride, pads: padding };
  const [, positions = ''] = emitter.emitMany('MaxPool', 2, [emitter.plain(x)], attributes);
  const flat = emitter.integers([-1]);
  const zeros = emitter.emit('ConstantOfShape', [emitter.integers([sizeOf(x.shape)])]);
  const sum = emitter.emit(
    'ScatterElements',
    [
      zeros,
      emitter.emit('Reshape', [positions, flat]),
      emitter.emit('Reshape', [emitter.plain(gradient), flat]),
    ],
    { axis: 0, reduction: 'add' },
  );
  emitter.set(dx, emitter.reshape(sum, [sizeOf(x.shape)], x.shape));
  return true;
};
