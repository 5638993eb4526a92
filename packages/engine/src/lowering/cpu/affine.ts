/**
 * a x + b per channel on blocked images, as a depthwise convolution of one pixel, and what can be done in the same pass:
 * the addition of another image and an activation.
 *
 * What normalises does not write its result at once: it is deferred until somebody asks for it. An addition takes it
 * over with its other operand as `sum`, an activation with itself.
 */
import type { Value } from '../../graph/graph.js';
import type { Attribute } from '../../onnx/model.js';
import { type Shape, sameShape } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';
import type { LoweringContext, PreferredLowering } from '../lowering.js';

export interface Affine {
  /** Names of [C] tensors. */
  readonly scale: string;
  readonly shift: string | null;
  /** Name of a blocked image to be added. */
  readonly sum?: string;
}

export type Activation = Readonly<Record<string, Attribute>>;

/** Writes scale * image + shift + sum, with the activation applied. */
export function affine(
  emitter: Emitter,
  image: string,
  [, channels = 1]: Shape,
  { scale, shift, sum }: Affine,
  activation: Activation = {},
): string {
  const weight = emitter.emit('Reshape', [scale, emitter.integers([channels, 1, 1, 1])]);
  const further = sum ? [shift ?? '', sum] : shift ? [shift] : [];
  const window = { kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
  const attributes = { ...window, group: channels, ...activation };
  return emitter.emit('Conv', [image, weight, ...further], attributes, nchwc);
}

/** Lets `value` be scale * image + shift + sum, written when it is asked for. */
export function deferAffine(
  emitter: Emitter,
  value: Value,
  given: Affine & { readonly image: string },
): void {
  const { image, ...terms } = given;
  emitter.defer(value, {
    write: (activation = {}) => affine(emitter, image, value.shape, terms, activation),
    adding: terms.sum
      ? null
      : (sum, activation = {}) => affine(emitter, image, value.shape, { ...terms, sum }, activation),
  });
}

/** An activation takes over what is deferred. */
export function fusedActivation(activation: Activation): PreferredLowering<null> {
  return ({ emitter, inputs: [x], outputs: [y] }) => {
    const deferred = x && emitter.deferred(x);
    if (!deferred) return false;
    emitter.set(y, deferred.write(activation), 'blocked');
    return true;
  };
}

/** An addition takes over an operand that is deferred, and is deferred itself. */
export const fusedAddition: PreferredLowering<null> = ({ emitter, inputs: [a, b], outputs: [y] }) => {
  if (!a || !b || !y || !sameShape(a.shape, b.shape)) return false;
  return (
    takenOver({ emitter, y, deferredOne: a, other: b }) || takenOver({ emitter, y, deferredOne: b, other: a })
  );
};

function takenOver({
  emitter,
  y,
  deferredOne,
  other,
}: Pick<LoweringContext<null>, 'emitter'> & Readonly<Record<'y' | 'deferredOne' | 'other', Value>>): boolean {
  const adding = emitter.deferred(deferredOne)?.adding;
  if (!adding) return false;
  const sum = emitter.blocked(other);
  emitter.defer(y, { write: (activation) => adding(sum, activation), adding: null });
  return true;
}
