/**
 * Feature pyramid network for segmentation (Kirillov et al. 2017): the four deepest levels get the same number of
 * channels, each adds what the deeper ones say, and all meet at a quarter of the image's size.
 */
import { add, groupNormalise, ones, relu, type Value, zeros } from '@deepflash/engine';
import { type Architecture, deepest } from './architecture.js';
import { doubled, doubledSmoothly } from './decoder-blocks.js';
import { type Builder, conv2d, conv2dWithBias, dropout } from './layers.js';

const groups = 32;

export const fpn: Architecture = {
  depth: 5,
  outputStride: 32,
  smallest: 1,
  /** Of the pyramid and of what is made of each of its levels. */
  channels: () => [256, 128],
  head: { kernel: 1, enlarge: 'after' },
  decode(builder, features, { channels: [pyramid = 0, segmentation = 0] }) {
    const [first, ...others] = deepest(features, 4);
    if (!first) throw new RangeError('The encoder has no features.');
    const levels = [conv2dWithBias(builder, 'decoder.p5', first, { filters: pyramid, kernel: 1 })];
    for (const [index, skip] of others.entries()) {
      const name = `decoder.p${4 - index}.skip_conv`;
      const lateral = conv2dWithBias(builder, name, skip, { filters: pyramid, kernel: 1 });
      const above = levels[index];
      levels.push(above ? add(doubled(above), lateral) : lateral);
    }
    const sum = levels
      .map((level, index) => {
        const name = `decoder.seg_blocks.${index}.block`;
        return enlarged(builder, name, level, { filters: segmentation, times: 3 - index });
      })
      .reduce(add);
    return dropout(builder, sum, { rate: 0.2, per: 'channel' });
  },
};

/** Convolutions with a doubling after each; a single one without, if the level has its final size. */
function enlarged(
  builder: Builder,
  name: string,
  x: Value,
  { filters, times }: { readonly filters: number; readonly times: number },
): Value {
  if (times === 0) return convGroupNormRelu(builder, `${name}.0.block`, x, filters);
  let y = x;
  for (let step = 0; step < times; step++) {
    y = doubledSmoothly(convGroupNormRelu(builder, `${name}.${step}.block`, y, filters));
  }
  return y;
}

function convGroupNormRelu(builder: Builder, name: string, x: Value, filters: number): Value {
  const y = conv2d(builder, `${name}.0`, x, { filters, kernel: 3, padding: 1 });
  const gamma = builder.graph.parameter(`${name}.1.weight`, [filters], ones);
  const beta = builder.graph.parameter(`${name}.1.bias`, [filters], zeros);
  return relu(groupNormalise(y, gamma, beta, { groups }));
}
