/**
 * Pyramid attention network (Li et al. 2018): the deepest features are weighed by a small pyramid of themselves, and
 * on the way up the deeper level says which channels of the encoder's features matter.
 */
import { add, globalAveragePool, maxPool, mul, relu, resize, sigmoid, type Value } from '@deepflash/engine';
import { type Architecture, deepest } from './architecture.js';
import { type Builder, batchNorm, conv2dWithBias } from './layers.js';

export const pan: Architecture = {
  depth: 5,
  outputStride: 16,
  // The small pyramid halves the deepest features three times.
  smallest: 8,
  channels: () => [32],
  head: { kernel: 3, enlarge: 'after' },
  decode(builder, features, { channels: [filters = 0] }) {
    const [first, ...others] = deepest(features, 4);
    if (!first) throw new RangeError('The encoder has no features.');
    return others.reduce(
      (y, skip, index) => gatedSum(builder, `decoder.gau${3 - index}`, { skip, deeper: y, filters }),
      pyramidAttention(builder, 'decoder.fpa', first, filters),
    );
  },
};

function pyramidAttention(builder: Builder, name: string, x: Value, filters: number): Value {
  const convolved = (part: string, y: Value, kernel: number, channels = 1): Value =>
    relu(convBatchNorm(builder, `${name}.${part}`, y, { filters: channels, kernel }));
  const halved = (y: Value): Value => maxPool(y, { kernel: 2 });
  const whole = convolved('branch1.1', globalAveragePool(x), 1, filters);
  const middle = convolved('mid.0', x, 1, filters);
  const half = convolved('down1.1', halved(x), 7);
  const quarter = convolved('down2.1', halved(half), 5);
  const eighth = convolved('down3.2', convolved('down3.1', halved(quarter), 3), 3);
  const onQuarter = add(convolved('conv2', quarter, 5), resize(eighth, quarter, 'bilinear-aligned'));
  const onHalf = add(resize(onQuarter, half, 'bilinear-aligned'), convolved('conv1', half, 7));
  return add(mul(resize(onHalf, x, 'bilinear-aligned'), middle), whole);
}

/** The deeper features enlarged, and the encoder's weighed by them. */
function gatedSum(
  builder: Builder,
  name: string,
  { skip, deeper, filters }: { readonly skip: Value; readonly deeper: Value; readonly filters: number },
): Value {
  const pooled = globalAveragePool(deeper);
  const gate = sigmoid(convBatchNorm(builder, `${name}.conv1.1`, pooled, { filters, kernel: 1 }));
  const convolved = relu(convBatchNorm(builder, `${name}.conv2`, skip, { filters, kernel: 3 }));
  return add(resize(deeper, skip, 'bilinear-aligned'), mul(convolved, gate));
}

/** The convolution has a bias although the normalisation takes it away again: weights of this kind hold it. */
function convBatchNorm(
  builder: Builder,
  name: string,
  x: Value,
  { filters, kernel }: { readonly filters: number; readonly kernel: number },
): Value {
  const padding = (kernel - 1) / 2;
  return batchNorm(
    builder,
    `${name}.bn`,
    conv2dWithBias(builder, `${name}.conv`, x, { filters, kernel, padding }),
  );
}
