import { connectedComponents, type LabelImage } from './connected-components.js';
import { type Mask, squaredDistances } from './distance-transform.js';
import { prominentPeaks } from './peaks.js';
import { renumbered } from './renumber.js';
import { watershed } from './watershed.js';

/** What networks that learnt to tell objects apart say of a picture. */
export interface Landscape {
  /** [height, width], 0 to 1: high in the middle of an object, low where it ends. */
  readonly heights: Float32Array;
  /** How far one must go down from the top of an object, before the way leads up to a higher one; 0 to 1. */
  readonly prominence: number;
}

/** Steps in which heights are told apart. */
const STEPS = 1000;

/**
 * Numbers the objects of a mask, apart where a landscape has a valley between them: seeds are its peaks that are
 * prominent enough, and every foreground pixel belongs to the seed from which a flood of the landscape, turned upside
 * down, reaches it. Each region of the mask has an object at least. Counted in the order of their first pixels.
 *
 * @throws RangeError when the landscape is of another size, or its prominence is not from 0 to 1.
 */
export function separateByLandscape(mask: Mask, { heights, prominence }: Landscape): LabelImage {
  const { width, height, data } = mask;
  if (heights.length !== width * height) {
    throw new RangeError('A landscape can only separate the objects of a mask of its size.');
  }
  if (!(prominence >= 0 && prominence <= 1)) {
    throw new RangeError(`The prominence of objects must be from 0 to 1, not ${prominence}.`);
  }
  // Above 0, so that no foreground is without a hill.
  const levels = Uint32Array.from(heights, (value, i) =>
    data[i] === 0 ? 0 : 1 + Math.round(STEPS * Math.min(1, Math.max(0, value))),
  );
  const squares = levels.map((level) => level * level);
  const markers = prominentPeaks({ width, height, squares, prominence: STEPS * prominence });
  const surface = Float64Array.from(levels, (level) => -level);
  return renumbered(watershed({ surface, markers, mask, connectivity: 8 }), () => true);
}

/**
 * Numbers the objects of a mask, apart where they touch: seeds are the places deepest inside (the peaks of the
 * distance to the background that are more than `depth` pixels higher than the way to a higher one), and every
 * foreground pixel belongs to the seed from which a flood of the negative distance reaches it. With a larger
 * `depth` fewer objects are cut. Objects are counted in the order in which their first pixels come row by row.
 */
export function separateObjects(mask: Mask, depth: number): LabelImage {
  const { width, height } = mask;
  const squares = squaredDistances(mask);
  if (squares.every((square) => square === squares[0])) return connectedComponents(mask, 8);
  const markers = prominentPeaks({ width, height, squares, prominence: depth });
  const surface = new Float64Array(squares.length);
  for (let i = 0; i < squares.length; i++) surface[i] = -(squares[i] as number);
  return renumbered(watershed({ surface, markers, mask, connectivity: 8 }), () => true);
}
