/** VGG (Simonyan and Zisserman 2015) with batch normalisation, names and initialisation as in torchvision. */
import { kaimingNormalFanOut, maxPool, relu } from '@deepflash/engine';
import { type Builder, batchNorm, conv2dWithBias } from '../layers.js';
import type { Encoder } from './encoder.js';
import { levelsOf, undilated } from './levels.js';

const sizes = [64, 128, 256, 512, 512] as const;

export const vgg16Bn = vggBn([2, 2, 3, 3, 3]);

/** @param depths convolutions of each level; a pooling stands between levels, and one after the last. */
function vggBn(depths: readonly [number, number, number, number, number]): Encoder {
  return {
    features(given, prefix, x, options) {
      undilated('vgg', options);
      const base: Builder = { ...given, initialise: kaimingNormalFanOut };
      const levels = levelsOf(options);
      let index = 0;
      let y = x;
      const features = depths.map((depth, level) => {
        const builder = levels.builder(base, level);
        if (level > 0) y = maxPool(y, { kernel: 2 });
        for (let layer = 0; layer < depth; layer++) {
          const window = { filters: sizes[level] ?? 0, kernel: 3, padding: 1 };
          const convolved = conv2dWithBias(builder, `${prefix}.features.${index}`, y, window);
          y = relu(batchNorm(builder, `${prefix}.features.${index + 1}`, convolved));
          // Convolution, normalisation and activation have numbers of their own.
          index += 3;
        }
        // And so has the pooling.
        index += 1;
        return y;
      });
      return levels.cut([...features, maxPool(y, { kernel: 2 })]);
    },
  };
}
