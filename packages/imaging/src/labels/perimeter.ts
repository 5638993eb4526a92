import type { LabelImage } from './connected-components.js';

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

/** The perimeter of each object by its label, as `skimage.measure.perimeter` with `neighborhood=4`; 0 for single pixels. */
export function perimeters(labels: LabelImage): Float64Array {
  const { width, height, count } = labels;
  const border = borderLabels(labels);
  const lengths = new Float64Array(count + 1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = border[i] as number;
      if (label === 0) continue;
      const [left, right, up, down] = [x > 0, x + 1 < width, y > 0, y + 1 < height];
      let edges = 0;
      let corners = 0;
      if (left && border[i - 1] === label) edges++;
      if (right && border[i + 1] === label) edges++;
      if (up) {
        if (border[i - width] === label) edges++;
        if (left && border[i - width - 1] === label) corners++;
        if (right && border[i - width + 1] === label) corners++;
      }
      if (down) {
        if (border[i + width] === label) edges++;
        if (left && border[i + width - 1] === label) corners++;
        if (right && border[i + width + 1] === label) corners++;
      }
      lengths[label] = (lengths[label] as number) + (LENGTHS[edges]?.[corners] ?? 0);
    }
  }
  return lengths;
}

/** The labels of border pixels, 0 elsewhere. */
function borderLabels({ width, height, data }: LabelImage): Uint32Array {
  const found = new Uint32Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    const inside = y > 0 && y + 1 < height;
    for (let x = 0; x < width; x++, i++) {
      const label = data[i] as number;
      if (label === 0) continue;
      const inner =
        inside &&
        x > 0 &&
        x + 1 < width &&
        data[i - 1] === label &&
        data[i + 1] === label &&
        data[i - width] === label &&
        data[i + width] === label;
      if (!inner) found[i] = label;
    }
  }
  return found;
}
