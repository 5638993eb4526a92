import { connectedComponents, type LabelImage } from './connected-components.js';
import { type Mask, squaredDistances } from './distance-transform.js';
import { prominentPeaks } from './peaks.js';
import { renumbered } from './renumber.js';
import { watershed } from './watershed.js';

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
  const surface = Float64Array.from(squares, (square) => -square);
  return renumbered(watershed({ surface, markers, mask, connectivity: 8 }), () => true);
}
