/**
 * Atrous spatial pyramid pooling (Chen et al. 2017): the same features under convolutions of wider and wider spacing
 * and as a mean over the image, joined: how a pixel's surroundings look at several scales.
 */
import { concat, globalAveragePool, relu, resize, type Value } from '@deepflash/engine';
import { convBatchNormRelu } from './decoder-blocks.js';
import { type Builder, batchNorm, conv2d, dropout } from './layers.js';

/** Pixels between the taps of each convolution. */
const rates = [12, 24, 36] as const;

/** A convolution of 3x3, at once or each channel by itself and then all of each pixel. */
export type Convolution3x3 = (
  builder: Builder,
  name: string,
  x: Value,
  options: { readonly filters: number; readonly dilation: number },
) => Value;

/** All channels at once. */
export const fullConvolution: Convolution3x3 = (builder, name, x, { filters, dilation }) =>
  conv2d(builder, name, x, { filters, kernel: 3, padding: dilation, dilation });

/** First each channel by itself, `name.0`, then all of each pixel, `name.1`. */
export const separableConvolution: Convolution3x3 = (builder, name, x, { filters, dilation }) => {
  const channels = x.shape[1] ?? 0;
  const own = conv2d(builder, `${name}.0`, x, {
    filters: channels,
    kernel: 3,
    padding: dilation,
    dilation,
    groups: channels,
  });
  return conv2d(builder, `${name}.1`, own, { filters, kernel: 1 });
};

/** Adds the pyramid to the graph. */
export function atrousPyramid(
  builder: Builder,
  name: string,
  x: Value,
  { filters, convolution }: { readonly filters: number; readonly convolution: Convolution3x3 },
): Value {
  const near = convBatchNormRelu(builder, `${name}.convs.0`, x, { filters, kernel: 1 });
  const scales = rates.map((dilation, index) => {
    const part = `${name}.convs.${index + 1}`;
    const y = convolution(builder, `${part}.0`, x, { filters, dilation });
    return relu(batchNorm(builder, `${part}.1`, y));
  });
  const part = `${name}.convs.${rates.length + 1}`;
  const pooled = conv2d(builder, `${part}.1`, globalAveragePool(x), { filters, kernel: 1 });
  const whole = resize(relu(batchNorm(builder, `${part}.2`, pooled)), x, 'bilinear');
  const joined = concat([near, ...scales, whole], 1);
  const projected = convBatchNormRelu(builder, `${name}.project`, joined, { filters, kernel: 1 });
  return dropout(builder, projected, { rate: 0.5, per: 'element' });
}
