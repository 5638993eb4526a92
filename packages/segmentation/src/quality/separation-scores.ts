/**
 * How well each way to tell touching objects apart does on an image whose objects are known: from it a run chooses the way,
 * and its parameter, on images that its networks did not see.
 */
import { type ClassMask, type FindOptions, findClassObjects, type LabelImage } from '@deepflash/imaging';
import { scoreObjects } from '../metrics/objects.js';
import { landscapeHeights } from '../prediction/landscape.js';

export const separationWays = ['components', 'watershed', 'learned'] as const;
export type SeparationWay = (typeof separationWays)[number];

export interface SeparationScore {
  readonly way: SeparationWay;
  /** The depth of a watershed in pixels, the prominence of what was learned; null for components. */
  readonly value: number | null;
  /** Mean average precision over IoU 0.5 to 0.95. */
  readonly averagePrecision: number;
  /** Average precision at an IoU of 0.5. */
  readonly ap50?: number;
}

/** Depths and prominences that are tried. */
const DEPTHS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3];
const PROMINENCES = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4];

/**
 * Scores every way with each of its parameters.
 *
 * @param mask as predicted
 * @param separation what the second head says, [2, H, W]; empty where there is none
 * @param truth the true objects
 */
export function separationScores(
  mask: ClassMask,
  separation: Float32Array,
  truth: LabelImage,
): SeparationScore[] {
  const score = (way: SeparationWay, value: number | null, options: FindOptions): SeparationScore => {
    const { labels } = findClassObjects(mask, { ...options, separate: way });
    const at = scoreObjects(labels, truth);
    const averagePrecision = at.reduce((sum, each) => sum + each.averagePrecision, 0) / at.length;
    return { way, value, averagePrecision, ...(at[0] === undefined ? {} : { ap50: at[0].averagePrecision }) };
  };
  const heights = separation.length === 0 ? undefined : landscapeHeights(separation);
  return [
    score('components', null, {}),
    ...DEPTHS.map((depth) => score('watershed', depth, { depth })),
    ...(heights === undefined
      ? []
      : PROMINENCES.map((prominence) =>
          score('learned', prominence, { landscape: { heights, prominence } }),
        )),
  ];
}

/** What images that no network saw say of the ways to tell objects apart. */
export interface SeparationChoice {
  readonly way: SeparationWay;
  /** The best depth and the best prominence; null where there was none to try. */
  readonly depth: number | null;
  readonly prominence: number | null;
  /** The best of each way, in the mean over the images. */
  readonly scores: readonly SeparationScore[];
}

/** The best way in the mean over some images, and the best parameter of each. Undefined where no image was scored. */
export function chooseSeparation(
  images: readonly (readonly SeparationScore[])[],
): SeparationChoice | undefined {
  const [first] = images;
  if (first === undefined) return undefined;
  const means = first.map(({ way, value }): SeparationScore => {
    const same = images.flatMap((scores) =>
      scores.filter((score) => score.way === way && score.value === value),
    );
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, one) => sum + one, 0) / values.length;
    const ap50 = same.flatMap((score) => score.ap50 ?? []);
    return {
      way,
      value,
      averagePrecision: mean(same.map((score) => score.averagePrecision)),
      ...(ap50.length < same.length ? {} : { ap50: mean(ap50) }),
    };
  });
  const best = (way: SeparationWay): SeparationScore | undefined =>
    bestOf(means.filter((score) => score.way === way));
  const scores = separationWays.flatMap((way) => best(way) ?? []);
  const winner = bestOf(scores);
  if (winner === undefined) return undefined;
  return {
    way: winner.way,
    depth: best('watershed')?.value ?? null,
    prominence: best('learned')?.value ?? null,
    scores,
  };
}

/** The first of the best. */
function bestOf(scores: readonly SeparationScore[]): SeparationScore | undefined {
  const most = Math.max(...scores.map(({ averagePrecision }) => averagePrecision));
  return scores.find(({ averagePrecision }) => averagePrecision === most);
}
