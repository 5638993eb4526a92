/** MobileNetV2 (Sandler et al. 2018), names and initialisation as in torchvision. */
import { add, kaimingNormalFanOut, relu6, type Value } from '@deepflash/engine';
import { type Builder, batchNorm, conv2d } from '../layers.js';
import type { Encoder } from './encoder.js';
import { levelsOf } from './levels.js';

/** Groups of blocks: how much they widen inside, their filters, their number, the first one's stride. */
const groups = [
  { expansion: 1, filters: 16, blocks: 1, stride: 1 },
  { expansion: 6, filters: 24, blocks: 2, stride: 2 },
  { expansion: 6, filters: 32, blocks: 3, stride: 2 },
  { expansion: 6, filters: 64, blocks: 4, stride: 2 },
  { expansion: 6, filters: 96, blocks: 3, stride: 1 },
  { expansion: 6, filters: 160, blocks: 3, stride: 2 },
  { expansion: 6, filters: 320, blocks: 1, stride: 1 },
] as const;

export const mobilenetV2: Encoder = {
  features(given, prefix, x, options) {
    const base: Builder = { ...given, initialise: kaimingNormalFanOut };
    const levels = levelsOf(options);
    let level = 1;
    const layer = (name: string, input: Value, filters: number, kernel: 1 | 3, stride = 1, split = 1) => {
      const builder = levels.builder(base, level);
      const window = { filters, kernel, groups: split, ...levels.window(level, kernel, stride) };
      const convolved = conv2d(builder, `${name}.0`, input, window);
      return relu6(batchNorm(builder, `${name}.1`, convolved));
    };

    let y = layer(`${prefix}.features.0`, x, 32, 3, 2);
    const features = [x];
    let index = 1;
    for (const { expansion, filters, blocks, stride: first } of groups) {
      for (let block = 0; block < blocks; block++, index++) {
        const stride = block === 0 ? first : 1;
        // A level ends before the block that halves the image.
        if (stride === 2) {
          features.push(y);
          level += 1;
        }
        const name = `${prefix}.features.${index}.conv`;
        const channels = y.shape[1] ?? 0;
        const width = channels * expansion;
        const wide = expansion === 1 ? y : layer(`${name}.0`, y, width, 1);
        const position = expansion === 1 ? 0 : 1;
        const inner = layer(`${name}.${position}`, wide, width, 3, stride, width);
        const builder = levels.builder(base, level);
        const narrow = conv2d(builder, `${name}.${position + 1}`, inner, { filters, kernel: 1 });
        const residual = batchNorm(builder, `${name}.${position + 2}`, narrow);
        y = stride === 1 && channels === filters ? add(y, residual) : residual;
      }
    }
    features.push(layer(`${prefix}.features.${index}`, y, 1280, 1));
    return levels.cut(features);
  },
};
