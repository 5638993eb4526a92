/**
 * MA-Net (Fan et al. 2020): a U-Net in which the deepest features see each other wherever they lie (position attention)
 * and each level weighs its channels by what both its inputs hold (multi-scale fusion attention).
 */
import {
  add,
  concat,
  globalAveragePool,
  matmul,
  mul,
  relu,
  reshape,
  sigmoid,
  softmax,
  transpose,
  type Value,
} from '@deepflash/engine';
import type { Architecture } from './architecture.js';
import { convBatchNormRelu, doubled, twoConvolutions, unetBlock, unetChannels } from './decoder-blocks.js';
import { type Builder, conv2dWithBias } from './layers.js';

const attentionChannels = 64;
const reduction = 16;

export const manet: Architecture = {
  depth: 5,
  outputStride: 32,
  smallest: 1,
  channels: unetChannels,
  head: { kernel: 3, enlarge: 'before' },
  decode(builder, features, { channels }) {
    const [deepest, ...skips] = features.slice(1).reverse();
    if (!deepest) throw new RangeError('The encoder has no features.');
    return channels.reduce(
      (y, filters, block) => {
        const name = `decoder.blocks.${block}`;
        const skip = skips[block];
        return skip
          ? fusionBlock(builder, name, y, { skip, filters })
          : unetBlock(builder, name, y, { skip, filters });
      },
      positionAttention(builder, 'decoder.center', deepest),
    );
  },
};

/** Every pixel as a weighted mean of all others; the weights of all pairs of pixels together sum to 1. */
function positionAttention(builder: Builder, name: string, x: Value): Value {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const pixels = height * width;
  const project = (part: string, filters: number, kernel: number): Value => {
    const y = conv2dWithBias(builder, `${name}.${part}`, x, { filters, kernel, padding: (kernel - 1) / 2 });
    return reshape(y, [batch, filters, pixels]);
  };
  const top = project('top_conv', attentionChannels, 1);
  const center = transpose(project('center_conv', attentionChannels, 1), [0, 2, 1]);
  const bottom = transpose(project('bottom_conv', channels, 3), [0, 2, 1]);
  const pairs = softmax(reshape(matmul(center, top), [batch, pixels * pixels]), 1);
  const seen = matmul(reshape(pairs, [batch, pixels, pixels]), bottom);
  // The reference reads [pixels, channels] as [channels, height, width] without turning it, and weights rely on it.
  const sum = add(x, reshape(seen, x.shape));
  return conv2dWithBias(builder, `${name}.out_conv`, sum, { filters: channels, kernel: 3, padding: 1 });
}

/** Enlarges x and weighs its channels by squeeze-and-excitation of itself and of the encoder's features. */
function fusionBlock(
  builder: Builder,
  name: string,
  x: Value,
  { skip, filters }: { readonly skip: Value; readonly filters: number },
): Value {
  const [, channels = 0] = x.shape;
  const [, skipChannels = 0] = skip.shape;
  const inner = convBatchNormRelu(builder, `${name}.hl_conv.0`, x, {
    filters: channels,
    kernel: 3,
    padding: 1,
  });
  const narrowed = convBatchNormRelu(builder, `${name}.hl_conv.1`, inner, {
    filters: skipChannels,
    kernel: 1,
  });
  const enlarged = doubled(narrowed);
  const low = channelWeights(builder, `${name}.SE_ll`, skip);
  const high = channelWeights(builder, `${name}.SE_hl`, enlarged);
  const joined = concat([mul(enlarged, add(high, low)), skip], 1);
  return twoConvolutions(builder, [`${name}.conv1`, `${name}.conv2`], joined, filters);
}

/** Squeeze-and-excitation (Hu et al. 2018): a weight between 0 and 1 for each channel of each sample. */
function channelWeights(builder: Builder, name: string, x: Value): Value {
  const [, channels = 0] = x.shape;
  const reduced = Math.max(1, Math.floor(channels / reduction));
  const squeezed = conv2dWithBias(builder, `${name}.1`, globalAveragePool(x), {
    filters: reduced,
    kernel: 1,
  });
  return sigmoid(conv2dWithBias(builder, `${name}.3`, relu(squeezed), { filters: channels, kernel: 1 }));
}
