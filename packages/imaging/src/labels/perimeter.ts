import type { LabelImage } from './connected-components.js';
import { type ObjectShape, objectShapes } from './object-shapes.js';

// A border pixel has one of its four neighbours outside of the object (or of the picture). How many neighbours of a
// border pixel, over edges and over corners, are border as well tells how the line through the centres runs there:
// straight on (length 1), diagonally (√2) or from one to the other ((1 + √2) / 2). The table is that of K. Benkrid and
// D. Crookes, "Design and FPGA implementation of a perimeter estimator" (2000), which scikit-image follows.

const DIAGONAL = Math.SQRT2;
const MIXED = (1 + Math.SQRT2) / 2;

/** Length by the number of neighbours over edges, then over corners. */
const LENGTHS: readonly (readonly number[])[] = [
  [0, 0, DIAGONAL, 0, 0],
  [0, MIXED, MIXED, DIAGONAL, 0],
  [1, 1, 1, 0, 0],
  [1, 1, 1, 0, 0],
  [0, 0, 0, 0, 0],
];

/**
 * The perimeter of each object by its label, as `skimage.measure.perimeter` with `neighborhood=4`; 0 for single pixels.
 *
 * @param shapes of the objects, where they are known already
 */
export function perimeters(
  labels: LabelImage,
  shapes: readonly ObjectShape[] = objectShapes(labels),
): Float64Array {
  const { width, height, count, data } = labels;
  const border = borderPixels(labels, shapes);
  const lengths = new Float64Array(count + 1);
  for (const { label, rows } of shapes) {
    let length = 0;
    for (const { y, left: start, right: end } of rows) {
      const [up, down] = [y > 0, y + 1 < height];
      for (let x = start, i = y * width + start; x <= end; x++, i++) {
        if (border[i] === 0 || data[i] !== label) continue;
        const [left, right] = [x > 0, x + 1 < width];
        let edges = 0;
        let corners = 0;
        if (left && border[i - 1] === 1 && data[i - 1] === label) edges++;
        if (right && border[i + 1] === 1 && data[i + 1] === label) edges++;
        if (up) {
          const above = i - width;
          if (border[above] === 1 && data[above] === label) edges++;
          if (left && border[above - 1] === 1 && data[above - 1] === label) corners++;
          if (right && border[above + 1] === 1 && data[above + 1] === label) corners++;
        }
        if (down) {
          const below = i + width;
          if (border[below] === 1 && data[below] === label) edges++;
          if (left && border[below - 1] === 1 && data[below - 1] === label) corners++;
          if (right && border[below + 1] === 1 && data[below + 1] === label) corners++;
        }
        length += LENGTHS[edges]?.[corners] ?? 0;
      }
    }
    lengths[label] = length;
  }
  return lengths;
}

/** 1 for border pixels, 0 elsewhere. */
function borderPixels({ width, height, data }: LabelImage, shapes: readonly ObjectShape[]): Uint8Array {
  const found = new Uint8Array(data.length);
  for (const { label, rows } of shapes) {
    for (const { y, left, right } of rows) {
      const inside = y > 0 && y + 1 < height;
      for (let x = left, i = y * width + left; x <= right; x++, i++) {
        if (data[i] !== label) continue;
        const inner =
          inside &&
          x > 0 &&
          x + 1 < width &&
          data[i - 1] === label &&
          data[i + 1] === label &&
          data[i - width] === label &&
          data[i + width] === label;
        if (!inner) found[i] = 1;
      }
    }
  }
  return found;
}
