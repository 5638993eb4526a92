import { createRandom, float32, type Tensor } from '@deepflash/engine';
import { drawAugmentation } from '../sampling/augmentation.js';
import { extractTile } from '../sampling/extract-tile.js';
import type { ChannelStatistics } from '../sampling/statistics.js';
import { tileSampler } from '../sampling/tile-sampler.js';
import type { LabelledImage, TrainingPlan } from './plan.js';

/** Draws the batch of a step. The same step always gives the same batch: nothing is carried from step to step. */
export type BatchSource = (step: number) => { images: Tensor<'float32'>; labels: Tensor<'int32'> };

/** Random tiles of the training images, centred by class-balanced sampling and augmented. The arrays are reused. */
export function batchSource(
  plan: TrainingPlan,
  training: readonly LabelledImage[],
  statistics: ChannelStatistics,
  fold: number,
): BatchSource {
  const { batchSize, tileSize, scale, seed, augmentation } = plan;
  const sampler = tileSampler(training.map(({ mask }) => mask));
  const channels = statistics.means.length;
  const area = tileSize * tileSize;
  const images = float32([batchSize, channels, tileSize, tileSize]);
  const labels = {
    dtype: 'int32',
    shape: [batchSize, tileSize, tileSize],
    data: new Int32Array(batchSize * area),
  } as const;
  return (step) => {
    const random = createRandom(seed, 'tiles', fold, step);
    for (let index = 0; index < batchSize; index++) {
      const { image, row, column } = sampler.draw(random);
      const source = training[image];
      if (!source) throw new RangeError(`There is no training image ${image}.`);
      extractTile(
        source.planes,
        source.mask,
        { row, column },
        drawAugmentation(random, augmentation),
        { height: tileSize, width: tileSize, scale },
        statistics,
        {
          image: images.data,
          imageOffset: index * channels * area,
          mask: labels.data,
          maskOffset: index * area,
        },
      );
    }
    return { images, labels };
  };
}
