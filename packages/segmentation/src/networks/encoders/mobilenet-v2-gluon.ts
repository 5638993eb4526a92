/**
 * MobileNetV2 as GluonCV builds it: every block widens, also the first, and ReLU has no upper limit. Names as in the
 * safetensors file of its ImageNet weights.
 */
import { add, kaimingNormalFanOut, relu, type Value } from '@deepflash/engine';
import { type Builder, batchNorm, conv2d } from '../layers.js';
import type { Encoder } from './encoder.js';
import { levelsOf } from './levels.js';

/** Filters of each block, and whether it halves the image. */
const blocks = [
  [16, 1],
  [24, 2],
  [24, 1],
  [32, 2],
  [32, 1],
  [32, 1],
  [64, 1],
  [64, 1],
  [64, 1],
  [64, 1],
  [96, 2],
  [96, 1],
  [96, 1],
  [160, 2],
  [160, 1],
  [160, 1],
  [320, 1],
] as const;

export const mobilenetV2Gluon: Encoder = {
  features(given, prefix, x, options) {
    const base: Builder = { ...given, initialise: kaimingNormalFanOut };
    const levels = levelsOf(options);
    let level = 1;
    const layer = (
      { name, number }: { readonly name: string; readonly number: number },
      input: Value,
      filters: number,
      window: { readonly kernel: 1 | 3; readonly stride?: number; readonly groups?: number },
    ): Value => {
      const builder = levels.builder(base, level);
      const moved = { ...window, ...levels.window(level, window.kernel, window.stride) };
      const convolved = conv2d(builder, `${name}.conv${number}`, input, { filters, ...moved });
      return batchNorm(builder, `${name}.batchnorm${number}`, convolved);
    };

    let y = relu(layer({ name: prefix, number: 0 }, x, 32, { kernel: 3, stride: 2 }));
    const features = [x];
    blocks.forEach(([filters, stride], index) => {
      if (stride === 2) {
        features.push(y);
        level += 1;
      }
      const name = `${prefix}.linearbottleneck${index}`;
      const channels = y.shape[1] ?? 0;
      const width = index === 0 ? channels : 6 * channels;
      const wide = relu(layer({ name, number: 0 }, y, width, { kernel: 1 }));
      const inner = relu(layer({ name, number: 1 }, wide, width, { kernel: 3, stride, groups: width }));
      const residual = layer({ name, number: 2 }, inner, filters, { kernel: 1 });
      y = stride === 1 && channels === filters ? add(y, residual) : residual;
    });
    features.push(y);
    // The classifier's layer is in the weights file, but no decoder uses it: it lies below every depth.
    level = 6;
    layer({ name: prefix, number: 1 }, y, 1280, { kernel: 1 });
    return levels.cut(features);
  },
};
