/**
 * LinkNet (Chaurasia and Culurciello 2017): narrow blocks with a transposed convolution, whose results are added to the
 * encoder's features instead of joined with them. Small and quick.
 */
import { add, convolveTransposed, relu, reshape, uniformWithin, type Value } from '@deepflash/engine';
import type { Architecture } from './architecture.js';
import { convBatchNormRelu } from './decoder-blocks.js';
import { type Builder, batchNorm } from './layers.js';

const kernel = 4;

export const linknet: Architecture = {
  depth: 5,
  outputStride: 32,
  smallest: 1,
  /** Of the last block: the others have as many as the encoder's features to which they are added. */
  channels: () => [32],
  head: { kernel: 1, enlarge: 'before' },
  decode(builder, features, { channels: [filters = 0] }) {
    const [deepest, ...skips] = features.slice(1).reverse();
    if (!deepest) throw new RangeError('The encoder has no features.');
    return [...skips, undefined].reduce<Value>((y, skip, index) => {
      const result = block(builder, `decoder.blocks.${index}.block`, y, skip?.shape[1] ?? filters);
      return skip ? add(result, skip) : result;
    }, deepest);
  },
};

function block(builder: Builder, name: string, x: Value, filters: number): Value {
  const narrow = Math.floor((x.shape[1] ?? 0) / 4);
  const first = convBatchNormRelu(builder, `${name}.0`, x, { filters: narrow, kernel: 1 });
  const enlarged = relu(
    batchNorm(builder, `${name}.1.1`, transposedConvolution(builder, `${name}.1.0`, first)),
  );
  return convBatchNormRelu(builder, `${name}.2`, enlarged, { filters, kernel: 1 });
}

/** `nn.ConvTranspose2d` to twice the size with as many channels, and its own initialisation. */
function transposedConvolution({ graph }: Builder, name: string, x: Value): Value {
  const [, channels = 0] = x.shape;
  const shape = [channels, channels, kernel, kernel];
  const bound = 1 / Math.sqrt(channels * kernel * kernel);
  const weight = graph.parameter(`${name}.weight`, shape, uniformWithin(bound));
  const bias = graph.parameter(`${name}.bias`, [channels], uniformWithin(bound));
  return add(convolveTransposed(x, weight, { stride: 2, padding: 1 }), reshape(bias, [1, channels, 1, 1]));
}
