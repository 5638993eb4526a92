/** ResNet of basic blocks (He et al. 2016), layer names and initialisation as in torchvision. */
import { add, kaimingNormalFanOut, maxPool, relu, type Value } from '@deepflash/engine';
import { type Builder, batchNorm, conv2d } from '../layers.js';
import type { Encoder } from './encoder.js';

export const resnet18 = resnet([2, 2, 2, 2]);
export const resnet34 = resnet([3, 4, 6, 3]);

function resnet(depths: readonly [number, number, number, number]): Encoder {
  return {
    features(given, prefix, x) {
      const builder: Builder = { ...given, initialise: kaimingNormalFanOut };
      const stem = conv2d(builder, `${prefix}.conv1`, x, { filters: 64, kernel: 7, stride: 2, padding: 3 });
      const half = relu(batchNorm(builder, `${prefix}.bn1`, stem));
      const features = [x, half];
      let y = maxPool(half, { kernel: 3, stride: 2, padding: 1 });
      depths.forEach((depth, level) => {
        for (let block = 0; block < depth; block++) {
          const stride = level > 0 && block === 0 ? 2 : 1;
          y = basicBlock(builder, `${prefix}.layer${level + 1}.${block}`, y, 64 * 2 ** level, stride);
        }
        features.push(y);
      });
      return features;
    },
  };
}

function basicBlock(builder: Builder, name: string, x: Value, filters: number, stride: number): Value {
  const first = conv2d(builder, `${name}.conv1`, x, { filters, kernel: 3, stride, padding: 1 });
  const inner = relu(batchNorm(builder, `${name}.bn1`, first));
  const second = conv2d(builder, `${name}.conv2`, inner, { filters, kernel: 3, padding: 1 });
  const residual = batchNorm(builder, `${name}.bn2`, second);
  if (stride === 1 && x.shape[1] === filters) return relu(add(residual, x));
  const projected = conv2d(builder, `${name}.downsample.0`, x, { filters, kernel: 1, stride });
  return relu(add(residual, batchNorm(builder, `${name}.downsample.1`, projected)));
}
