import { createRandom } from '@deepflash/engine';
import { compareNames } from '@deepflash/imaging';
import type { Settings } from '@deepflash/segmentation';
import { UsageError } from '../errors.js';

/** The division of images for cross-validation. */
export interface Folds {
  /** Number of folds; with 1, one network learns from all images and none is held out. */
  readonly folds: number;
  /** How many of them are trained, from the first on. */
  readonly models: number;
}

/**
 * Fills in the numbers of folds and models for so many images, or groups of images. Throws a UsageError when they do not
 * fit.
 */
export function foldCounts(
  { folds, models }: Pick<Settings, 'folds' | 'models'>,
  count: number,
  things: 'images' | 'groups' = 'images',
): Folds {
  const parts = folds ?? Math.min(5, count);
  if (parts > count) {
    throw new UsageError(
      `${parts} folds need at least ${parts} ${things}, and there ${count === 1 ? 'is' : 'are'} ${count}: set folds to ${count} or less.`,
    );
  }
  if (models !== null && models > parts) {
    throw new UsageError(
      `models is ${models}, but there are ${parts} folds: set models to ${parts} or less${folds === null ? ', or set folds' : ''}.`,
    );
  }
  return { folds: parts, models: models ?? parts };
}

/**
 * The fold, from 1, of each name; names of one group come into the same fold. Without groups the folds are equally large
 * but for one image; else each group, the largest first, goes where the fewest images are. It depends on the seed and
 * on the set of names, not on their order.
 *
 * @param kept folds that names have had before and keep, where that leaves no fold empty
 *
 * @throws UsageError where there are fewer groups than folds.
 */
export function assignFolds(
  names: readonly string[],
  folds: number,
  seed: number,
  groupOf?: ReadonlyMap<string, string>,
  kept: ReadonlyMap<string, number> = new Map(),
): Map<string, number> {
  const members = new Map<string, string[]>();
  const present = new Set(names);
  const assigned = new Map([...kept].filter(([name]) => present.has(name)));
  for (const name of [...names].sort(compareNames)) {
    if (assigned.has(name)) continue;
    const group = groupOf?.get(name) ?? name;
    members.set(group, [...(members.get(group) ?? []), name]);
  }
  if (members.size < folds && groupOf !== undefined) {
    throw new UsageError(
      `${folds} folds need at least ${folds} groups, and there are ${members.size}: set folds to ${members.size} or less.`,
    );
  }
  const groups = shuffled([...members.values()], seed).sort((a, b) => b.length - a.length);
  const sizes = new Array<number>(folds).fill(0);
  for (const fold of assigned.values()) sizes[fold - 1] = (sizes[fold - 1] ?? 0) + 1;
  for (const group of groups) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] = (sizes[fold] ?? 0) + group.length;
    for (const name of group) assigned.set(name, fold + 1);
  }
  if (kept.size > 0 && sizes.includes(0)) return assignFolds(names, folds, seed, groupOf);
  return assigned;
}

function shuffled<T>(values: readonly T[], seed: number): T[] {
  const order = [...values];
  const random = createRandom(seed, 'folds');
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
