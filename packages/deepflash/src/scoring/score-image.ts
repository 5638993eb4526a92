/** How well one prediction agrees with its mask. */
import type { ClassMask } from '@deepflash/imaging';
import {
  aggregatedJaccardIndex,
  confusion,
  IOU_THRESHOLDS,
  type LabelImage,
  overlapScores,
  panopticQuality,
  scoreObjects,
  surfaceDistances,
} from '@deepflash/segmentation';
import { mean } from '../runs/validation-results.js';

/** A picture of classes and its objects. */
export interface Content {
  readonly mask: ClassMask;
  readonly objects: LabelImage;
}

/** Agreement of the pixels; distances are in pixels and null where only one of the two masks has the class. */
export interface PixelScore {
  readonly dice: number;
  readonly iou: number;
  readonly sensitivity: number;
  readonly precision: number;
  /** Hausdorff distance of the outlines without the farthest 5 %. */
  readonly hausdorff95: number | null;
  /** Average symmetric distance of the outlines. */
  readonly surfaceDistance: number | null;
}

/** Agreement of the objects. */
export interface ObjectsScore {
  /** Average precision at an IoU of 0.5. */
  readonly ap50: number;
  /** Mean average precision at IoU 0.5, 0.55 … 0.95. */
  readonly map: number;
  readonly panopticQuality: number;
  readonly aggregatedJaccardIndex: number;
  /** Predicted objects too many or too few. */
  readonly countError: number;
}

/** The pixels' scores are means over the classes above 0; a distance is null where that of one class is. */
export interface ImageScore extends PixelScore, ObjectsScore {
  /** The prediction's file name. */
  readonly file: string;
  readonly mask: string;
  /** Of the classes 1, 2 … */
  readonly perClass: readonly PixelScore[];
  /** At each of `IOU_THRESHOLDS`. */
  readonly averagePrecisions: readonly number[];
  readonly objectsPredicted: number;
  readonly objectsTrue: number;
}

/** In the order of the tables. */
export const MEASURES = [
  'dice',
  'iou',
  'sensitivity',
  'precision',
  'hausdorff95',
  'surfaceDistance',
  'ap50',
  'map',
  'panopticQuality',
  'aggregatedJaccardIndex',
  'countError',
] as const satisfies readonly (keyof PixelScore | keyof ObjectsScore)[];

export type Measure = (typeof MEASURES)[number];

export function scorePair(prediction: Content, truth: Content): Omit<ImageScore, 'file' | 'mask'> {
  const { classes } = truth.mask;
  const scores = overlapScores(confusion(prediction.mask, truth.mask, classes));
  const perClass = Array.from({ length: classes - 1 }, (_, index): PixelScore => {
    const c = index + 1;
    const distances = surfaceDistances(onlyClass(prediction.mask, c), onlyClass(truth.mask, c));
    return {
      dice: scores.dicePerClass[c] ?? 0,
      iou: scores.iouPerClass[c] ?? 0,
      sensitivity: scores.sensitivityPerClass[c] ?? 0,
      precision: scores.precisionPerClass[c] ?? 0,
      hausdorff95: distances?.hausdorff95 ?? null,
      surfaceDistance: distances?.mean ?? null,
    };
  });
  const { dice, iou, sensitivity, precision } = scores;
  return {
    dice,
    iou,
    sensitivity,
    precision,
    hausdorff95: meanOfAll(perClass.map(({ hausdorff95 }) => hausdorff95)),
    surfaceDistance: meanOfAll(perClass.map(({ surfaceDistance }) => surfaceDistance)),
    ...objectScores(prediction.objects, truth.objects),
    perClass,
  };
}

function objectScores(prediction: LabelImage, truth: LabelImage) {
  const scores = scoreObjects(prediction, truth, IOU_THRESHOLDS);
  const [first] = scores;
  const found = first?.truePositives ?? 0;
  const objectsPredicted = found + (first?.falsePositives ?? 0);
  const objectsTrue = found + (first?.falseNegatives ?? 0);
  const averagePrecisions = scores.map(({ averagePrecision }) => averagePrecision);
  return {
    ap50: averagePrecisions[0] ?? 0,
    map: mean(averagePrecisions) ?? 0,
    averagePrecisions,
    panopticQuality: panopticQuality(prediction, truth).quality,
    aggregatedJaccardIndex: aggregatedJaccardIndex(prediction, truth),
    countError: Math.abs(objectsPredicted - objectsTrue),
    objectsPredicted,
    objectsTrue,
  };
}

function onlyClass({ width, height, data }: ClassMask, c: number) {
  return { width, height, data: data.map((value) => (value === c ? 1 : 0)) };
}

function meanOfAll(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? mean(known) : null;
}
