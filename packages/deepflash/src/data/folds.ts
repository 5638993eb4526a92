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

/** Fills in the numbers of folds and models for so many images. Throws a UsageError when they do not fit. */
export function foldCounts({ folds, models }: Pick<Settings, 'folds' | 'models'>, images: number): Folds {
  const parts = folds ?? Math.min(5, images);
  if (parts > images) {
    throw new UsageError(
      `${parts} folds need at least ${parts} images, and there ${images === 1 ? 'is' : 'are'} ${images}: set folds to ${images} or less.`,
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
 * The fold, from 1, of each name: the folds are equally large but for one image. It depends on the seed and on the
 * set of names, not on their order.
 */
export function assignFolds(names: readonly string[], folds: number, seed: number): Map<string, number> {
  const shuffled = [...names].sort(compareNames);
  const random = createRandom(seed, 'folds');
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j] as string, shuffled[i] as string];
  }
  return new Map(shuffled.map((name, index) => [name, (index % folds) + 1]));
}
