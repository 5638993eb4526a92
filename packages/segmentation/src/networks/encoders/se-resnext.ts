/** SE-ResNeXt (Hu et al. 2018): names, initialisation and its pooling without padding as in pretrainedmodels. */
import { add, maxPool, pytorchUniform, relu } from '@deepflash/engine';
import { type Builder, batchNorm, conv2d } from '../layers.js';
import type { Encoder } from './encoder.js';
import { levelsOf } from './levels.js';
import { shortcut } from './resnet.js';
import { squeezeExcitation } from './squeeze-excitation.js';

/** 32 groups of 4 channels. */
export const seResnext50 = seResnext([3, 4, 6, 3], { groups: 32, groupWidth: 4 });

function seResnext(
  depths: readonly [number, number, number, number],
  { groups, groupWidth }: { readonly groups: number; readonly groupWidth: number },
): Encoder {
  return {
    features(given, prefix, x, options) {
      const stemBuilder: Builder = { ...given, initialise: pytorchUniform };
      const levels = levelsOf(options);
      const stem = conv2d(stemBuilder, `${prefix}.layer0.conv1`, x, {
        filters: 64,
        kernel: 7,
        stride: 2,
        padding: 3,
      });
      const half = relu(batchNorm(stemBuilder, `${prefix}.layer0.bn1`, stem));
      const features = [x, half];
      // Windows that reach over the lower and the right edge count: Caffe rounds sizes up.
      let y = maxPool(half, { kernel: 3, stride: 2, padding: [0, 0, 1, 1] });
      depths.forEach((depth, index) => {
        const level = index + 2;
        const builder = levels.builder(stemBuilder, level);
        const filters = 256 * 2 ** index;
        const width = (filters / 4) * groups * (groupWidth / 64);
        for (let number = 0; number < depth; number++) {
          const stride = index > 0 && number === 0 ? 2 : 1;
          const name = `${prefix}.layer${index + 1}.${number}`;
          const first = conv2d(builder, `${name}.conv1`, y, { filters: width, kernel: 1 });
          const reduced = relu(batchNorm(builder, `${name}.bn1`, first));
          const window = { kernel: 3, groups, ...levels.window(level, 3, stride) };
          const second = conv2d(builder, `${name}.conv2`, reduced, { filters: width, ...window });
          const inner = relu(batchNorm(builder, `${name}.bn2`, second));
          const third = conv2d(builder, `${name}.conv3`, inner, { filters, kernel: 1 });
          const weighted = squeezeExcitation(
            builder,
            `${name}.se_module`,
            batchNorm(builder, `${name}.bn3`, third),
            { squeezed: filters / 16, activation: relu, names: ['fc1', 'fc2'] },
          );
          y = relu(add(weighted, shortcut(builder, name, y, { levels, level, filters, stride })));
        }
        features.push(y);
      });
      return levels.cut(features);
    },
  };
}
