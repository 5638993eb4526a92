import type { Runtime } from '@deepflash/engine';
import { confusion, overlapScores } from '../metrics/overlap.js';
import { openModel } from '../models/model-file.js';
import { predictWithModels } from '../prediction/whole-image.js';
import type { LabelledImage } from './plan.js';

/**
 * Mean Dice of a model file over whole images, without test-time augmentation. Tiles hardly overlap: it compares states of
 * one training, for which that is exact enough, and the time goes into steps.
 *
 * @param onPrediction is given each image with the class of each of its pixels [H, W] by the model
 */
export async function validationDice(
  runtime: Runtime,
  file: Uint8Array,
  images: readonly LabelledImage[],
  onPrediction: (image: LabelledImage, mask: Uint8Array) => Promise<void> = async () => undefined,
): Promise<number> {
  const model = await openModel(runtime, file);
  try {
    let sum = 0;
    for (const image of images) {
      const { planes, mask, statistics } = image;
      const prediction = await predictWithModels(planes, [model], {
        ...{ augmentation: 'none', maxShift: 1 },
        ...(statistics === undefined ? {} : { statistics }),
      });
      sum += overlapScores(confusion({ ...prediction, data: prediction.mask }, mask, mask.classes)).dice;
      await onPrediction(image, prediction.mask);
    }
    return sum / images.length;
  } finally {
    await model.dispose();
  }
}
