import type { SegmentationModel } from '../models/model-file.js';
import type { Planes } from '../sampling/planes.js';
import { type Prediction, predictImage } from './predict-image.js';
import { ALL_FLIPS } from './test-time-augmentation.js';

export interface WholeImageOptions {
  /** Average over the four combinations of flips, or take the image as it is. */
  readonly augmentation: 'flips' | 'none';
  readonly signal?: AbortSignal;
  readonly onTile?: (done: number, total: number) => void;
}

/**
 * Predicts a whole image by the models of one run, with deepFlash2's tiling: a quarter tile of mirrored border, tiles
 * half a tile apart, merged under a Gaussian window.
 */
export function predictWithModels(
  planes: Planes,
  models: readonly [SegmentationModel, ...SegmentationModel[]],
  { augmentation, ...rest }: WholeImageOptions,
): Promise<Prediction> {
  const { classes, means, stds, scale, tileSize } = models[0].description;
  return predictImage(planes, {
    models,
    classes,
    means,
    stds,
    scale,
    tile: { height: tileSize, width: tileSize },
    borderPadding: 0.25,
    maxShift: 0.5,
    weighting: 'gaussian',
    augmentations: augmentation === 'flips' ? ALL_FLIPS : ['none'],
    batchSize: 4,
    ...rest,
  });
}
