/** DenseNet (Huang et al. 2017), names and initialisation as in torchvision. */
import { averagePool, concat, kaimingNormalFanIn, maxPool, relu, type Value } from '@deepflash/engine';
import { type Builder, batchNorm, conv2d } from '../layers.js';
import type { Encoder } from './encoder.js';
import { levelsOf, undilated } from './levels.js';

/** Channels that each layer adds. */
const growth = 32;

export const densenet121 = densenet([6, 12, 24, 16]);

function densenet(depths: readonly [number, number, number, number]): Encoder {
  return {
    features(given, prefix, x, options) {
      undilated('densenet', options);
      const base: Builder = { ...given, initialise: kaimingNormalFanIn };
      const levels = levelsOf(options);
      const path = `${prefix}.features`;
      const stem = conv2d(base, `${path}.conv0`, x, { filters: 64, kernel: 7, stride: 2, padding: 3 });
      const half = relu(batchNorm(base, `${path}.norm0`, stem));
      const features = [x, half];
      let y = maxPool(half, { kernel: 3, stride: 2, padding: 1 });
      depths.forEach((depth, index) => {
        const builder = levels.builder(base, index + 2);
        for (let layer = 1; layer <= depth; layer++) {
          y = concat([y, denseLayer(builder, `${path}.denseblock${index + 1}.denselayer${layer}`, y)], 1);
        }
        if (index === depths.length - 1) {
          features.push(batchNorm(builder, `${path}.norm5`, y));
          return;
        }
        // The features of a level are those before its channels are halved, and the image with them.
        const name = `${path}.transition${index + 1}`;
        const skip = relu(batchNorm(builder, `${name}.norm`, y));
        features.push(skip);
        const narrow = conv2d(builder, `${name}.conv`, skip, { filters: (y.shape[1] ?? 0) / 2, kernel: 1 });
        y = averagePool(narrow, { kernel: 2 });
      });
      return levels.cut(features);
    },
  };
}

function denseLayer(builder: Builder, name: string, x: Value): Value {
  const activated = relu(batchNorm(builder, `${name}.norm1`, x));
  const narrow = conv2d(builder, `${name}.conv1`, activated, { filters: 4 * growth, kernel: 1 });
  const inner = relu(batchNorm(builder, `${name}.norm2`, narrow));
  return conv2d(builder, `${name}.conv2`, inner, { filters: growth, kernel: 3, padding: 1 });
}
