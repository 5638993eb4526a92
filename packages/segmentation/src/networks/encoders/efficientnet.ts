/**
 * EfficientNet (Tan and Le 2019), names and initialisation as in efficientnet_pytorch.
 *
 * Its convolutions pad as TensorFlow does: by what is lacking, the odd pixel at the end. How much is lacking depends on
 * the size of the image; the reference fixes it by the size that each network was trained on, and so do its weights.
 */
import { add, pytorchUniform, silu, type Value } from '@deepflash/engine';
import { type BatchNormOptions, type Builder, batchNorm, conv2d, dropout } from '../layers.js';
import type { Encoder } from './encoder.js';
import { levelsOf } from './levels.js';
import { squeezeExcitation } from './squeeze-excitation.js';

interface Scaling {
  /** Factor of the filters. */
  readonly width: number;
  /** Factor of the blocks. */
  readonly depth: number;
  /** Pixels of a side of the images that the network was trained on. */
  readonly trainedSize: number;
  /** Blocks before the end of levels 2, 3 and 4, as segmentation_models.pytorch counts them; the rest is level 5. */
  readonly ends: readonly [number, number, number];
}

/** Groups of blocks of the smallest network, with the stride of their first block. */
const groups = [
  { expansion: 1, filters: 16, blocks: 1, kernel: 3, stride: 1 },
  { expansion: 6, filters: 24, blocks: 2, kernel: 3, stride: 2 },
  { expansion: 6, filters: 40, blocks: 2, kernel: 5, stride: 2 },
  { expansion: 6, filters: 80, blocks: 3, kernel: 3, stride: 2 },
  { expansion: 6, filters: 112, blocks: 3, kernel: 5, stride: 1 },
  { expansion: 6, filters: 192, blocks: 4, kernel: 5, stride: 2 },
  { expansion: 6, filters: 320, blocks: 1, kernel: 3, stride: 1 },
] as const;

const normalisation: BatchNormOptions = { momentum: 0.01, epsilon: 1e-3 };
/** The rate of stochastic depth grows from 0 at the first block to almost this. */
const dropRate = 0.2;

export const efficientnetB0 = efficientnet({ width: 1, depth: 1, trainedSize: 224, ends: [3, 5, 9] });
export const efficientnetB1 = efficientnet({ width: 1, depth: 1.1, trainedSize: 240, ends: [5, 8, 16] });
export const efficientnetB2 = efficientnet({ width: 1.1, depth: 1.2, trainedSize: 260, ends: [5, 8, 16] });
export const efficientnetB3 = efficientnet({ width: 1.2, depth: 1.4, trainedSize: 300, ends: [5, 8, 18] });
export const efficientnetB4 = efficientnet({ width: 1.4, depth: 1.8, trainedSize: 380, ends: [6, 10, 22] });

function efficientnet({ width, depth, trainedSize, ends }: Scaling): Encoder {
  const filtersOf = (filters: number): number => roundedFilters(filters * width);
  const blocksOf = (blocks: number): number => Math.ceil(blocks * depth);
  const total = groups.reduce((sum, { blocks }) => sum + blocksOf(blocks), 0);
  return {
    features(given, prefix, x, options) {
      const base: Builder = { ...given, initialise: pytorchUniform };
      const levels = levelsOf(options);
      const stem = conv2d(base, `${prefix}._conv_stem`, x, {
        filters: filtersOf(32),
        kernel: 3,
        stride: 2,
        padding: samePadding(3, 2, trainedSize),
      });
      let size = Math.ceil(trainedSize / 2);
      let y = silu(batchNorm(base, `${prefix}._bn0`, stem, normalisation));
      const features = [x, y];
      let number = 0;
      for (const { expansion, filters, blocks, kernel, stride: first } of groups) {
        for (let block = 0; block < blocksOf(blocks); block++, number++) {
          const stride = block === 0 ? first : 1;
          const level = 2 + ends.filter((end) => end <= number).length;
          const builder = levels.builder(base, level);
          const window = levels.window(level, kernel, stride);
          const padding = window.dilation === 1 ? samePadding(kernel, stride, size) : window.padding;
          y = invertedBottleneck(builder, `${prefix}._blocks.${number}`, y, {
            width: (y.shape[1] ?? 0) * expansion,
            filters: filtersOf(filters),
            residual: stride === 1,
            depthwise: { kernel, ...window, padding },
            dropRate: (dropRate * number) / total,
          });
          size = Math.ceil(size / stride);
          features[level] = y;
        }
      }
      // The classifier's layer is part of the weights, but no decoder uses it: it lies below every depth.
      const unused = levels.builder(base, 6);
      const head = conv2d(unused, `${prefix}._conv_head`, y, { filters: filtersOf(1280), kernel: 1 });
      batchNorm(unused, `${prefix}._bn1`, head, normalisation);
      return levels.cut(features);
    },
  };
}

interface BottleneckOptions {
  /** Channels inside. */
  readonly width: number;
  readonly filters: number;
  /** Whether the input is added where it has the same shape. */
  readonly residual: boolean;
  readonly depthwise: Required<
    Pick<Parameters<typeof conv2d>[3], 'kernel' | 'stride' | 'padding' | 'dilation'>
  >;
  readonly dropRate: number;
}

function invertedBottleneck(
  builder: Builder,
  name: string,
  x: Value,
  { width, filters, residual, depthwise, dropRate: rate }: BottleneckOptions,
): Value {
  const channels = x.shape[1] ?? 0;
  const norm = (layer: string, input: Value): Value =>
    batchNorm(builder, `${name}.${layer}`, input, normalisation);
  const pointwise = (layer: string, input: Value, to: number): Value =>
    conv2d(builder, `${name}.${layer}`, input, { filters: to, kernel: 1 });

  const wide = width === channels ? x : silu(norm('_bn0', pointwise('_expand_conv', x, width)));
  const moved = conv2d(builder, `${name}._depthwise_conv`, wide, {
    filters: width,
    groups: width,
    ...depthwise,
  });
  const weighted = squeezeExcitation(builder, name, silu(norm('_bn1', moved)), {
    squeezed: Math.max(1, Math.floor(channels / 4)),
    activation: silu,
    names: ['_se_reduce', '_se_expand'],
  });
  const narrow = norm('_bn2', pointwise('_project_conv', weighted, filters));
  return residual && channels === filters
    ? add(dropout(builder, narrow, { rate, per: 'sample' }), x)
    : narrow;
}

/** To the nearest multiple of 8 that is not more than a tenth smaller. */
function roundedFilters(filters: number): number {
  const rounded = Math.max(8, Math.floor((filters + 4) / 8) * 8);
  return rounded < 0.9 * filters ? rounded + 8 : rounded;
}

/** What has to be added at the top, left, bottom and right of an image of `size` so that the result has size / stride. */
function samePadding(kernel: number, stride: number, size: number): [number, number, number, number] {
  const missing = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  const before = Math.floor(missing / 2);
  return [before, before, missing - before, missing - before];
}
