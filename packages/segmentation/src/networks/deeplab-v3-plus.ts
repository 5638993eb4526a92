/**
 * DeepLabv3+ (Chen et al. 2018): the pyramid of wide views in separable convolutions, joined with early features that
 * know where edges are.
 */
import { concat, relu, resize, type Value } from '@deepflash/engine';
import { type Architecture, deepest } from './architecture.js';
import { atrousPyramid, separableConvolution } from './atrous-pyramid.js';
import { convBatchNormRelu } from './decoder-blocks.js';
import { type Builder, batchNorm } from './layers.js';

/** Filters for the early features, few so that they do not outweigh the others: as in the paper. */
const earlyFilters = 48;

export const deeplabV3Plus: Architecture = {
  depth: 5,
  outputStride: 16,
  smallest: 1,
  channels: () => [256],
  head: { kernel: 1, enlarge: 'after' },
  decode(builder, features, { channels: [filters = 0] }) {
    const [x, , , early] = deepest(features, 4);
    if (!x || !early) throw new RangeError('The encoder has no features.');
    const pyramid = atrousPyramid(builder, 'decoder.aspp.0', x, {
      filters,
      convolution: separableConvolution,
    });
    const wide = separable(builder, ['decoder.aspp.1', 'decoder.aspp.2'], pyramid, filters);
    const fine = convBatchNormRelu(builder, 'decoder.block1', early, { filters: earlyFilters, kernel: 1 });
    const joined = concat([resize(wide, early, 'bilinear-aligned'), fine], 1);
    return separable(builder, ['decoder.block2.0', 'decoder.block2.1'], joined, filters);
  },
};

function separable(
  builder: Builder,
  [convolution, norm]: readonly [convolution: string, norm: string],
  x: Value,
  filters: number,
): Value {
  return relu(
    batchNorm(builder, norm, separableConvolution(builder, convolution, x, { filters, dilation: 1 })),
  );
}
