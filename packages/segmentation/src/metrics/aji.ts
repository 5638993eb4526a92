import { isOfOneClass, type LabelImage, type ObjectOverlaps, objectOverlaps } from './objects.js';

/**
 * Aggregated Jaccard index as cellpose counts it: true and predicted objects are paired one to one so that
 * the sum of their IoU is largest; the pixels that the pairs share are divided by the pixels that are
 * foreground in either image (after Kumar et al. 2017, doi:10.1109/TMI.2017.2677499), once for each class
 * where objects have classes. 1 where there are no objects and none was predicted.
 *
 * @throws RangeError when the images differ in size.
 */
export function aggregatedJaccardIndex(prediction: LabelImage, target: LabelImage): number {
  const partner = bestPairs(objectOverlaps(prediction, target));
  let shared = 0;
  let union = 0;
  for (let i = 0; i < target.data.length; i++) {
    const truth = target.data[i] as number;
    const predicted = prediction.data[i] as number;
    if (truth !== 0 || predicted !== 0) union++;
    if (truth !== 0 && predicted !== 0 && !isOfOneClass(prediction, predicted, target, truth)) union++;
    if (truth !== 0 && predicted !== 0 && partner.get(truth) === predicted) shared++;
  }
  return union === 0 ? 1 : shared / union;
}

/**
 * The pairs with the largest sum of IoU, by successive best improvements: each true object in turn enters
 * along the alternating path that adds most (Bellman-Ford), which keeps the pairs optimal. Paths stay among
 * objects that overlap, so that this is quick although there may be thousands of objects.
 */
function bestPairs({ candidates, predicted, truth }: ObjectOverlaps): Map<number, number> {
  const owner = new Map<number, number>();
  for (let start = 0; start < truth.length; start++) improve(start);
  return new Map([...owner].map(([p, t]) => [truth[t] as number, predicted[p] as number]));

  function improve(start: number): void {
    // What entering `start` adds, up to the point where a true object is without a partner.
    const gain = new Map([[start, 0]]);
    const from = new Map<number, { readonly truth: number; readonly predicted: number }>();
    let best = { gain: 0, end: start, free: undefined as number | undefined };
    for (const queue = [start]; queue.length > 0; ) {
      const object = queue.shift() as number;
      const before = gain.get(object) ?? 0;
      if (before > best.gain) best = { gain: before, end: object, free: undefined };
      for (const candidate of candidates[object] ?? []) {
        const after = before + candidate.iou;
        const rival = owner.get(candidate.predicted);
        if (rival === undefined) {
          if (after > best.gain) best = { gain: after, end: object, free: candidate.predicted };
        } else if (rival !== object) {
          const left = after - iouOf(rival, candidate.predicted);
          if (left > (gain.get(rival) ?? Number.NEGATIVE_INFINITY) + 1e-12) {
            gain.set(rival, left);
            from.set(rival, { truth: object, predicted: candidate.predicted });
            queue.push(rival);
          }
        }
      }
    }
    // Along the path, each true object gets what the next one held; the last keeps a free object or none.
    if (best.gain <= 0) return;
    if (best.free !== undefined) owner.set(best.free, best.end);
    for (let step = from.get(best.end); step !== undefined; step = from.get(step.truth)) {
      owner.set(step.predicted, step.truth);
    }
  }

  function iouOf(object: number, other: number): number {
    return candidates[object]?.find((candidate) => candidate.predicted === other)?.iou ?? 0;
  }
}
