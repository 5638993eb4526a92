import { type ClassMask, isIgnored } from '../sampling/planes.js';

/** How often each class was predicted where each class was true. Counts of several images can be added. */
export interface Confusion {
  readonly classes: number;
  /** Pixels of true class t predicted as class p, at `t * classes + p`. */
  readonly counts: Float64Array;
}

/** Dice and IoU of each class, and their means over the classes above 0, the foreground. */
export interface OverlapScores {
  readonly dicePerClass: readonly number[];
  readonly iouPerClass: readonly number[];
  readonly dice: number;
  readonly iou: number;
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
 * Dice = 2 |P ∩ T| / (|P| + |T|) and IoU = |P ∩ T| / |P ∪ T| of each class. A class that is neither
 * predicted nor true was found perfectly: both are 1.
 */
export function overlapScores({ classes, counts }: Confusion): OverlapScores {
  const dicePerClass: number[] = [];
  const iouPerClass: number[] = [];
  for (let k = 0; k < classes; k++) {
    let truth = 0;
    let predicted = 0;
    for (let other = 0; other < classes; other++) {
      truth += counts[k * classes + other] as number;
      predicted += counts[other * classes + k] as number;
    }
    const shared = counts[k * classes + k] as number;
    const absent = truth + predicted === 0;
    dicePerClass.push(absent ? 1 : (2 * shared) / (truth + predicted));
    iouPerClass.push(absent ? 1 : shared / (truth + predicted - shared));
  }
  return { dicePerClass, iouPerClass, dice: foregroundMean(dicePerClass), iou: foregroundMean(iouPerClass) };
}

function foregroundMean(perClass: readonly number[]): number {
  const foreground = perClass.slice(1);
  return foreground.reduce((sum, value) => sum + value, 0) / foreground.length;
}
