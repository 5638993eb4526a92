/** Squeeze-and-excitation (Hu et al. 2018): channels are weighted by what the mean of all pixels says. */
import { globalAveragePool, mul, sigmoid, uniformWithin, type Value } from '@deepflash/engine';
import { type Builder, conv2dWithBias } from '../layers.js';

export interface SqueezeExcitationOptions {
  /** Channels between the two layers. */
  readonly squeezed: number;
  readonly activation: (x: Value) => Value;
  /** Names of the two layers. */
  readonly names: readonly [reduce: string, expand: string];
}

/** Weights the channels of `x`, [N, C, H, W]. The layers start as PyTorch starts a convolution. */
export function squeezeExcitation(
  builder: Builder,
  prefix: string,
  x: Value,
  { squeezed, activation, names: [reduce, expand] }: SqueezeExcitationOptions,
): Value {
  const layer = (name: string, input: Value, filters: number): Value =>
    conv2dWithBias(builder, `${prefix}.${name}`, input, {
      filters,
      kernel: 1,
      bias: uniformWithin(1 / Math.sqrt(input.shape[1] ?? 1)),
    });
  const inner = activation(layer(reduce, globalAveragePool(x), squeezed));
  return mul(x, sigmoid(layer(expand, inner, x.shape[1] ?? 0)));
}
