import { type LabelImage, objectOverlaps } from './objects.js';

/** How well objects were found, and how well those found were drawn; all from 0 to 1. */
export interface PanopticQuality {
  /** Sum of the found objects' IoU / (TP + FP / 2 + FN / 2), the product of the other two. */
  readonly quality: number;
  /** Mean IoU of the objects that were found; 0 where none was. */
  readonly segmentation: number;
  /** TP / (TP + FP / 2 + FN / 2): the F1 score of the objects. */
  readonly recognition: number;
}

/**
 * An object is found when a predicted one overlaps it with an IoU above 0.5, which no two can. Where there are no
 * objects and none was predicted, all are 1.
 *
 * A. Kirillov et al., "Panoptic segmentation", CVPR 2019.
 *
 * @throws RangeError when the images differ in size.
 */
export function panopticQuality(prediction: LabelImage, target: LabelImage): PanopticQuality {
  const { predicted, truth, candidates } = objectOverlaps(prediction, target);
  const objects = (predicted.length + truth.length) / 2;
  if (objects === 0) return { quality: 1, segmentation: 1, recognition: 1 };
  // The best candidate comes first.
  const found = candidates.map(([best]) => best?.iou ?? 0).filter((iou) => iou > 0.5);
  const sum = found.reduce((total, iou) => total + iou, 0);
  return {
    quality: sum / objects,
    segmentation: found.length === 0 ? 0 : sum / found.length,
    recognition: found.length / objects,
  };
}
