import type { SegmentationModel } from '../models/model-file.js';
import type { Planes } from '../sampling/planes.js';
import { type Prediction, predictImage } from './predict-image.js';
import { ALL_FLIPS } from './test-time-augmentation.js';

export interface WholeImageOptions {
  /** Average over the four combinations of flips, or take the image as it is. */
  readonly augmentation: 'flips' | 'none';
  /** How much each model counts, 1 together. Default: all the same. */
  readonly weights?: readonly number[];
  readonly signal?: AbortSignal;
  readonly onTile?: (done: number, total: number) => void;
}

/**
 * Predicts a whole image by the models of one run, with deepFlash2's tiling: a quarter tile of mirrored border, tiles
 * half a tile apart, merged under a Gaussian window. The file of an ensemble normalises and flips by itself.
 */
export function predictWithModels(
  planes: Planes,
  models: readonly [SegmentationModel, ...SegmentationModel[]],
  { augmentation, ...rest }: WholeImageOptions,
): Promise<Prediction> {
  const { classes, channels, means, stds, scale, tileSize, ensemble } = models[0].description;
  const whole = ensemble !== undefined;
  return predictImage(planes, {
    models,
    classes,
    means: whole ? new Array<number>(channels).fill(0) : means,
    stds: whole ? new Array<number>(channels).fill(1) : stds,
    scale,
    tile: { height: tileSize, width: tileSize },
    borderPadding: 0.25,
    maxShift: 0.5,
    weighting: 'gaussian',
    augmentations: augmentation === 'flips' && !whole ? ALL_FLIPS : ['none'],
    batchSize: whole ? 1 : 4,
    ...rest,
  });
}
