/**
 * ResNet (He et al. 2016) of basic blocks or bottlenecks, and ResNeXt (Xie et al. 2017), whose bottlenecks are grouped:
 * layer names and initialisation as in torchvision.
 */
import { add, kaimingNormalFanOut, maxPool, relu, type Value } from '@deepflash/engine';
import { type Builder, batchNorm, conv2d } from '../layers.js';
import type { Encoder } from './encoder.js';
import { type Levels, levelsOf } from './levels.js';

export const resnet18 = resnet([2, 2, 2, 2], basicBlock);
export const resnet34 = resnet([3, 4, 6, 3], basicBlock);
export const resnet50 = resnet([3, 4, 6, 3], bottleneck(1, 64));
export const resnet101 = resnet([3, 4, 23, 3], bottleneck(1, 64));
export const resnet152 = resnet([3, 8, 36, 3], bottleneck(1, 64));
/** 32 groups of 4 channels. */
export const resnext50 = resnet([3, 4, 6, 3], bottleneck(32, 4));

interface Place {
  readonly levels: Levels;
  readonly level: number;
  /** Filters of the block's first convolution, before grouping. */
  readonly filters: number;
  readonly stride: number;
}

type Block = (builder: Builder, name: string, x: Value, place: Place) => Value;

function resnet(depths: readonly [number, number, number, number], block: Block): Encoder {
  return {
    features(given, prefix, x, options) {
      const builder: Builder = { ...given, initialise: kaimingNormalFanOut };
      const levels = levelsOf(options);
      const stem = conv2d(builder, `${prefix}.conv1`, x, { filters: 64, kernel: 7, stride: 2, padding: 3 });
      const half = relu(batchNorm(builder, `${prefix}.bn1`, stem));
      const features = [x, half];
      let y = maxPool(half, { kernel: 3, stride: 2, padding: 1 });
      depths.forEach((depth, index) => {
        const level = index + 2;
        for (let number = 0; number < depth; number++) {
          const stride = index > 0 && number === 0 ? 2 : 1;
          const name = `${prefix}.layer${index + 1}.${number}`;
          const place = { levels, level, stride, filters: 64 * 2 ** index };
          y = block(levels.builder(builder, level), name, y, place);
        }
        features.push(y);
      });
      return levels.cut(features);
    },
  };
}

function basicBlock(builder: Builder, name: string, x: Value, place: Place): Value {
  const { levels, level, filters, stride } = place;
  const first = conv2d(builder, `${name}.conv1`, x, {
    filters,
    kernel: 3,
    ...levels.window(level, 3, stride),
  });
  const inner = relu(batchNorm(builder, `${name}.bn1`, first));
  const second = conv2d(builder, `${name}.conv2`, inner, { filters, kernel: 3, ...levels.window(level, 3) });
  const residual = batchNorm(builder, `${name}.bn2`, second);
  return relu(add(residual, shortcut(builder, name, x, { ...place, filters })));
}

function bottleneck(groups: number, groupWidth: number): Block {
  return (builder, name, x, place) => {
    const { levels, level, filters, stride } = place;
    const width = (filters * groups * groupWidth) / 64;
    const first = conv2d(builder, `${name}.conv1`, x, { filters: width, kernel: 1 });
    const reduced = relu(batchNorm(builder, `${name}.bn1`, first));
    const window = { kernel: 3, groups, ...levels.window(level, 3, stride) };
    const second = conv2d(builder, `${name}.conv2`, reduced, { filters: width, ...window });
    const inner = relu(batchNorm(builder, `${name}.bn2`, second));
    const third = conv2d(builder, `${name}.conv3`, inner, { filters: 4 * filters, kernel: 1 });
    const residual = batchNorm(builder, `${name}.bn3`, third);
    return relu(add(residual, shortcut(builder, name, x, { ...place, filters: 4 * filters })));
  };
}

/** `x` itself where its shape is that of the block's result, otherwise a projection. */
export function shortcut(
  builder: Builder,
  name: string,
  x: Value,
  { levels, level, filters, stride }: Place,
): Value {
  if (stride === 1 && x.shape[1] === filters) return x;
  const window = { kernel: 1, ...levels.window(level, 1, stride) };
  const projected = conv2d(builder, `${name}.downsample.0`, x, { filters, ...window });
  return batchNorm(builder, `${name}.downsample.1`, projected);
}
