/** U-Net (Ronneberger et al. 2015) on any encoder, in the form and with the names of segmentation_models.pytorch. */
import type { Architecture } from './architecture.js';
import { centerBlock, unetBlock, unetChannels } from './decoder-blocks.js';

export const unet: Architecture = {
  depth: 5,
  outputStride: 32,
  smallest: 1,
  channels: unetChannels,
  head: { kernel: 3, enlarge: 'before' },
  decode(builder, features, { channels, center }) {
    const [deepest, ...skips] = features.slice(1).reverse();
    if (!deepest) throw new RangeError('The encoder has no features.');
    return channels.reduce(
      (y, filters, block) =>
        unetBlock(builder, `decoder.blocks.${block}`, y, { skip: skips[block], filters }),
      center ? centerBlock(builder, 'decoder.center', deepest) : deepest,
    );
  },
};
