import { type ClassMask, isIgnored } from '../sampling/planes.js';

/** How often each class was predicted where each class was true. Counts of several images can be added. */
export interface Confusion {
  readonly classes: number;
  /** Pixels of true class t predicted as class p, at `t * classes + p`. */
  readonly counts: Float64Array;
}

/** How well each class was found, and the means over the classes above 0, the foreground; all from 0 to 1. */
export interface OverlapScores {
  readonly dicePerClass: readonly number[];
  readonly iouPerClass: readonly number[];
  readonly sensitivityPerClass: readonly number[];
  readonly precisionPerClass: readonly number[];
  readonly dice: number;
  readonly iou: number;
  readonly sensitivity: number;
  readonly precision: number;
}

/**
 * Counts the pixels of a predicted mask by true and predicted class. Pixels that the target ignores are not counted.
 *
 * @throws RangeError when the masks differ in size or hold a class that is not below `classes`.
 */
export function confusion(
  prediction: Pick<ClassMask, 'width' | 'height' | 'data'>,
  target: Pick<ClassMask, 'width' | 'height' | 'data'>,
  classes: number,
): Confusion {
  if (prediction.width !== target.width || prediction.height !== target.height) {
    throw new RangeError(
      `The prediction has ${prediction.width} x ${prediction.height} pixels, ` +
        `the mask ${target.width} x ${target.height}.`,
    );
  }
  const counts = new Float64Array(classes * classes);
  for (let i = 0; i < target.data.length; i++) {
    const truth = target.data[i] as number;
    if (isIgnored(truth, classes)) continue;
    const predicted = prediction.data[i] as number;
    if (truth >= classes || predicted >= classes) {
      throw new RangeError(
        `A mask holds class ${Math.max(truth, predicted)}, but there are ${classes} classes.`,
      );
    }
    const cell = truth * classes + predicted;
    counts[cell] = (counts[cell] as number) + 1;
  }
  return { classes, counts };
}

/** The confusion of several images taken together. */
export function addConfusions(confusions: readonly Confusion[]): Confusion {
  const [first] = confusions;
  if (first === undefined) throw new RangeError('There is no confusion to add up.');
  const counts = new Float64Array(first.counts.length);
  for (const one of confusions) {
    if (one.classes !== first.classes) throw new RangeError('Confusions of different numbers of classes.');
    for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] as number) + (one.counts[i] as number);
  }
  return { classes: first.classes, counts };
}

/**
 * With P the pixels where a class was predicted and T those where it is true: Dice = 2 |P ∩ T| / (|P| + |T|),
 * IoU = |P ∩ T| / |P ∪ T|, sensitivity (recall) = |P ∩ T| / |T|, precision = |P ∩ T| / |P|. A share of nothing is 1:
 * where a class is not true, none of it was missed, and where it was not predicted, no prediction was wrong.
 */
export function overlapScores({ classes, counts }: Confusion): OverlapScores {
  const perClass = Array.from({ length: classes }, (_, k) => {
    let truth = 0;
    let predicted = 0;
    for (let other = 0; other < classes; other++) {
      truth += counts[k * classes + other] as number;
      predicted += counts[other * classes + k] as number;
    }
    const shared = counts[k * classes + k] as number;
    return {
      dice: share(2 * shared, truth + predicted),
      iou: share(shared, truth + predicted - shared),
      sensitivity: share(shared, truth),
      precision: share(shared, predicted),
    };
  });
  const dicePerClass = perClass.map(({ dice }) => dice);
  const iouPerClass = perClass.map(({ iou }) => iou);
  const sensitivityPerClass = perClass.map(({ sensitivity }) => sensitivity);
  const precisionPerClass = perClass.map(({ precision }) => precision);
  return {
    dicePerClass,
    iouPerClass,
    sensitivityPerClass,
    precisionPerClass,
    dice: foregroundMean(dicePerClass),
    iou: foregroundMean(iouPerClass),
    sensitivity: foregroundMean(sensitivityPerClass),
    precision: foregroundMean(precisionPerClass),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function foregroundMean(perClass: readonly number[]): number {
  const foreground = perClass.slice(1);
  return foreground.reduce((sum, value) => sum + value, 0) / foreground.length;
}
