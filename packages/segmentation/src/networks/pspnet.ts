/**
 * Pyramid scene parsing network (Zhao et al. 2017): means over the whole image and over 2x2, 3x3 and 6x6 cells tell
 * each pixel what lies around it. It sees no fine features: quick, but blurred at edges.
 */
import { adaptiveAveragePool, concat, relu, resize, type Value } from '@deepflash/engine';
import type { Architecture, Features } from './architecture.js';
import { convBatchNormRelu } from './decoder-blocks.js';
import { conv2dWithBias, dropout } from './layers.js';

const cells = [1, 2, 3, 6] as const;

export const pspnet: Architecture = {
  depth: 3,
  outputStride: 32,
  smallest: 1,
  channels: () => [512],
  head: { kernel: 3, enlarge: 'after' },
  decode(builder, features, { channels: [filters = 0] }) {
    const x = features.at(-1);
    if (!x) throw new RangeError('The encoder has no features.');
    const perScale = Math.floor((x.shape[1] ?? 0) / cells.length);
    const scales = cells.map((side, index): Value => {
      const name = `decoder.psp.blocks.${index}.pool.1`;
      const pooled = adaptiveAveragePool(x, [side, side]);
      const options = { filters: perScale, kernel: 1 };
      // One number a channel has no variance to normalise by.
      const y =
        side === 1
          ? relu(conv2dWithBias(builder, `${name}.0`, pooled, options))
          : convBatchNormRelu(builder, name, pooled, options);
      return resize(y, x, 'bilinear-aligned');
    });
    const [first = x, ...others] = scales;
    const joined = concat([first, ...others, x], 1);
    const y = convBatchNormRelu(builder, 'decoder.conv', joined, { filters, kernel: 1 });
    return fromQuarter(dropout(builder, y, { rate: 0.2, per: 'channel' }), features);
  },
};

/**
 * Each level halves the image, and the head doubles as often. An encoder that starts at a quarter of the image needs one
 * more, bilinear before the head, as deepFlash2 adds it to its U-Net.
 */
function fromQuarter(y: Value, features: Features): Value {
  const [, , height = 0, width = 0] = features[0]?.shape ?? [];
  const levels = features.length - 1;
  const sides = [height, width].map((side) => side / 2 ** levels) as [number, number];
  return y.shape[2] === sides[0] && y.shape[3] === sides[1] ? y : resize(y, sides, 'bilinear');
}
