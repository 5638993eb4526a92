/** DeepLabv3 (Chen et al. 2017): an encoder dilated to an eighth of the image's size and a pyramid of wide views. */
import { relu } from '@deepflash/engine';
import type { Architecture } from './architecture.js';
import { atrousPyramid, fullConvolution } from './atrous-pyramid.js';
import { batchNorm } from './layers.js';

export const deeplabV3: Architecture = {
  depth: 5,
  outputStride: 8,
  smallest: 1,
  channels: () => [256],
  head: { kernel: 1, enlarge: 'after' },
  decode(builder, features, { channels: [filters = 0] }) {
    const x = features.at(-1);
    if (!x) throw new RangeError('The encoder has no features.');
    const pyramid = atrousPyramid(builder, 'decoder.0', x, { filters, convolution: fullConvolution });
    const convolved = fullConvolution(builder, 'decoder.1', pyramid, { filters, dilation: 1 });
    return relu(batchNorm(builder, 'decoder.2', convolved));
  },
};
