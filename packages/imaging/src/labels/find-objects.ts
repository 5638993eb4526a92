import type { ClassMask } from '../masks/class-mask.js';
import { withoutBorder, withoutHoles, withoutSmall } from './clean.js';
import { connectedComponents, type LabelImage } from './connected-components.js';
import type { Mask } from './distance-transform.js';
import { type Landscape, separateByLandscape, separateObjects } from './separate.js';

export interface FindOptions {
  /**
   * `components`: what touches, at corners too, is one object. `watershed`: objects that touch are cut where they
   * are narrow, by `separateObjects`. `learned`: they are cut in the valleys of `landscape`.
   */
  readonly separate?: 'components' | 'watershed' | 'learned';
  /** For `learned`. */
  readonly landscape?: Landscape;
  /**
   * For `watershed`: by how many pixels a part must be thicker than its neck to be an object of its own. Smaller
   * values cut more. Default 0.75.
   */
  readonly depth?: number;
  /** Objects of fewer pixels are left out. Default 0. */
  readonly minimumSize?: number;
  /** Whether background that foreground encloses is foreground. Default `false`. */
  readonly fillHoles?: boolean;
  /** Whether objects that the border of the picture may have cut off are left out. Default `false`. */
  readonly excludeBorder?: boolean;
}

export const DEFAULT_DEPTH = 0.75;

/** How clearly objects must part where networks learnt to tell them apart, as `Landscape.prominence`. */
export const DEFAULT_PROMINENCE = 0.15;

/**
 * The objects of a foreground mask (what is not 0), numbered in the order in which their first pixels come row by
 * row. Holes are filled first, then objects are told apart, then those at the border and the small ones leave.
 *
 * @throws RangeError when the minimum size or the depth is negative or no number, or the landscape does not fit.
 */
export function findObjects(mask: Mask, options: FindOptions = {}): LabelImage {
  const { separate = 'components', depth = DEFAULT_DEPTH, minimumSize = 0 } = options;
  for (const [what, value] of [
    ['depth', depth],
    ['minimum size', minimumSize],
  ] as const) {
    if (!(value >= 0)) throw new RangeError(`The ${what} of objects must be 0 or more pixels, not ${value}.`);
  }
  const solid = options.fillHoles ? withoutHoles(mask) : mask;
  const all = separated(solid, separate, depth, options.landscape);
  const whole = options.excludeBorder ? withoutBorder(all) : all;
  return minimumSize > 1 ? withoutSmall(whole, minimumSize) : whole;
}

function separated(
  mask: Mask,
  way: NonNullable<FindOptions['separate']>,
  depth: number,
  landscape: Landscape | undefined,
): LabelImage {
  if (way === 'components') return connectedComponents(mask, 8);
  if (way === 'watershed') return separateObjects(mask, depth);
  if (landscape === undefined) throw new RangeError('Objects are only separated as learned in a landscape.');
  return separateByLandscape(mask, landscape);
}

/** Objects and what they are. */
export interface ClassObjects {
  readonly labels: LabelImage;
  /** The class of object number n at n - 1. */
  readonly classes: readonly number[];
}

/**
 * The objects of each class above 0 in turn, numbered on from class to class; objects of different classes are never
 * one. Only background is filled in the holes of a class: what is in them of other classes stays.
 *
 * @throws RangeError as `findObjects`.
 */
export function findClassObjects(mask: ClassMask, options: FindOptions = {}): ClassObjects {
  const { width, height, data: classAt } = mask;
  const data = new Uint32Array(classAt.length);
  const classes: number[] = [];
  for (let c = 1; c < mask.classes; c++) {
    const own = { width, height, data: classAt.map((value) => (value === c ? 1 : 0)) };
    const found = findObjects(own, options);
    const before = classes.length;
    for (let i = 0; i < data.length; i++) {
      const label = found.data[i] as number;
      const free = classAt[i] === c || (classAt[i] === 0 && data[i] === 0);
      if (label !== 0 && free) data[i] = before + label;
    }
    for (let n = 0; n < found.count; n++) classes.push(c);
  }
  return { labels: { width, height, count: classes.length, data }, classes };
}
