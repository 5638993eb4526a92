/**
 * How well predicted objects agree with true ones, as cellpose and StarDist count it: an object is found
 * when its overlap (intersection over union, IoU) with a predicted object reaches a threshold, each object
 * being matched at most once. Where objects are of classes, they are matched within their class, and counted together.
 */

/** The objects of an image: 0 is background, equal numbers belong to one object; numbers may have gaps. */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint32Array;
  /** The class of object number n at n - 1, where objects are of several. */
  readonly classes?: readonly number[];
}

/** The pairs of objects of one class that share pixels. Objects are counted from 0 in the order of their labels. */
export interface ObjectOverlaps {
  /** Labels of the predicted objects, in ascending order. */
  readonly predicted: readonly number[];
  /** Labels of the true objects, in ascending order. */
  readonly truth: readonly number[];
  /** For each true object the predicted objects that it shares pixels with, the best first. */
  readonly candidates: readonly (readonly { readonly predicted: number; readonly iou: number }[])[];
}

/** What was found at one IoU threshold. */
export interface ObjectScore {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  /** TP / (TP + FP + FN); 1 where there are no objects and none was predicted. */
  readonly averagePrecision: number;
}

/** 0.5, 0.55 … 0.95. */
export const IOU_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);

/**
 * Scores predicted objects at each threshold.
 *
 * @throws RangeError when the images differ in size or a threshold is not above 0 and at most 1.
 */
export function scoreObjects(
  prediction: LabelImage,
  target: LabelImage,
  thresholds: readonly number[] = IOU_THRESHOLDS,
): ObjectScore[] {
  const overlaps = objectOverlaps(prediction, target);
  return thresholds.map((threshold) => {
    const truePositives = matchObjects(overlaps, threshold).length;
    const falsePositives = overlaps.predicted.length - truePositives;
    const falseNegatives = overlaps.truth.length - truePositives;
    const all = truePositives + falsePositives + falseNegatives;
    const averagePrecision = all === 0 ? 1 : truePositives / all;
    return { threshold, truePositives, falsePositives, falseNegatives, averagePrecision };
  });
}

/**
 * The largest possible number of pairs with an IoU of at least `threshold` in which no object occurs twice,
 * as pairs of labels. Above 0.5 an object has at most one partner. Below, pairs compete, and augmenting
 * paths (Berge, 1957) find the largest number of pairs; it is the number that cellpose gets from an
 * optimal assignment, whose cost puts the number of pairs before their IoU.
 */
export function matchObjects(
  { candidates, predicted, truth }: ObjectOverlaps,
  threshold: number,
): { readonly predicted: number; readonly truth: number }[] {
  if (!(threshold > 0 && threshold <= 1)) {
    throw new RangeError(`An IoU threshold must be above 0 and at most 1, not ${threshold}.`);
  }
  const partner = new Map<number, number>();
  for (let start = 0; start < candidates.length; start++) findPartner(start, new Set());
  return [...partner].map(([p, t]) => ({ predicted: predicted[p] as number, truth: truth[t] as number }));

  /** Finds a partner for a true object, if need be by moving others to their next choice. */
  function findPartner(object: number, tried: Set<number>): boolean {
    for (const candidate of candidates[object] ?? []) {
      if (candidate.iou < threshold) return false;
      if (tried.has(candidate.predicted)) continue;
      tried.add(candidate.predicted);
      const rival = partner.get(candidate.predicted);
      if (rival === undefined || findPartner(rival, tried)) {
        partner.set(candidate.predicted, object);
        return true;
      }
    }
    return false;
  }
}

/**
 * The IoU of all pairs of objects that share pixels; of those of one class where both images tell the classes.
 *
 * @throws RangeError when the images differ in size.
 */
export function objectOverlaps(prediction: LabelImage, target: LabelImage): ObjectOverlaps {
  if (prediction.width !== target.width || prediction.height !== target.height) {
    throw new RangeError(
      `The predicted objects have ${prediction.width} x ${prediction.height} pixels, ` +
        `the true ones ${target.width} x ${target.height}.`,
    );
  }
  const predicted = objectSizes(prediction.data);
  const truth = objectSizes(target.data);
  const shared = sharedPixels(prediction.data, target.data);
  const number = new Map(predicted.labels.map((label, index) => [label, index]));
  const candidates = truth.labels.map((label) =>
    [...(shared.get(label) ?? [])]
      .filter(([other]) => isOfOneClass(prediction, other, target, label))
      .map(([other, pixels]) => {
        const union = (truth.sizes.get(label) ?? 0) + (predicted.sizes.get(other) ?? 0) - pixels;
        return { predicted: number.get(other) as number, iou: pixels / union };
      })
      .sort((a, b) => b.iou - a.iou || a.predicted - b.predicted),
  );
  return { predicted: predicted.labels, truth: truth.labels, candidates };
}

/** Whether two objects can be one, as far as the classes of both are told. */
export function isOfOneClass(a: LabelImage, labelA: number, b: LabelImage, labelB: number): boolean {
  return (
    a.classes === undefined || b.classes === undefined || a.classes[labelA - 1] === b.classes[labelB - 1]
  );
}

function objectSizes(data: Uint32Array): { labels: number[]; sizes: Map<number, number> } {
  const sizes = new Map<number, number>();
  for (let start = 0; start < data.length; ) {
    const label = data[start] as number;
    let stop = start + 1;
    while (stop < data.length && data[stop] === label) stop++;
    if (label !== 0) sizes.set(label, (sizes.get(label) ?? 0) + stop - start);
    start = stop;
  }
  return { labels: [...sizes.keys()].sort((a, b) => a - b), sizes };
}

/** Number of shared pixels by true label, then predicted label; background is left out. */
function sharedPixels(prediction: Uint32Array, target: Uint32Array): Map<number, Map<number, number>> {
  const shared = new Map<number, Map<number, number>>();
  for (let start = 0; start < target.length; ) {
    const truth = target[start] as number;
    const predicted = prediction[start] as number;
    let stop = start + 1;
    while (stop < target.length && target[stop] === truth && prediction[stop] === predicted) stop++;
    if (truth !== 0 && predicted !== 0) {
      const row = shared.get(truth) ?? new Map<number, number>();
      row.set(predicted, (row.get(predicted) ?? 0) + stop - start);
      shared.set(truth, row);
    }
    start = stop;
  }
  return shared;
}
