import type { LabelImage } from './connected-components.js';
import { RUN, runsOf } from './runs.js';

// A border pixel has one of its four neighbours outside of the object (or of the picture). How many neighbours of a
// border pixel, over edges and over corners, are border as well tells how the line through the centres runs there:
// straight on (length 1), diagonally (√2) or from one to the other ((1 + √2) / 2). The table is that of K. Benkrid and
// D. Crookes, "Design and FPGA implementation of a perimeter estimator" (2000), which scikit-image follows.

const DIAGONAL = Math.SQRT2;
const MIXED = (1 + Math.SQRT2) / 2;

/** Length by the number of neighbours over edges (rows), then over corners (columns). */
const LENGTHS = Float64Array.of(
  ...[0, 0, DIAGONAL, 0, 0],
  ...[0, MIXED, MIXED, DIAGONAL, 0],
  ...[1, 1, 1, 0, 0],
  ...[1, 1, 1, 0, 0],
  ...[0, 0, 0, 0, 0],
);

/**
 * The perimeter of each object by its label, as `skimage.measure.perimeter` with `neighborhood=4`; 0 for single pixels.
 *
 * @param runs of the labels, where they are known already
 */
export function perimeters(labels: LabelImage, runs: readonly number[] = runsOf(labels)): Float64Array {
  const { border, places } = borderOf(labels, runs);
  const stride = labels.width + 2;
  const lengths = new Float64Array(labels.count + 1);
  for (let n = 0; n < places.length; n++) {
    const at = places[n] as number;
    const label = border[at] as number;
    let edges = 0;
    let corners = 0;
    if (border[at - stride - 1] === label) corners++;
    if (border[at - stride] === label) edges++;
    if (border[at - stride + 1] === label) corners++;
    if (border[at - 1] === label) edges++;
    if (border[at + 1] === label) edges++;
    if (border[at + stride - 1] === label) corners++;
    if (border[at + stride] === label) edges++;
    if (border[at + stride + 1] === label) corners++;
    lengths[label] = (lengths[label] as number) + (LENGTHS[5 * edges + corners] as number);
  }
  return lengths;
}

/**
 * The border pixels of all objects: the label of each in a picture with a frame of one pixel, 0 elsewhere, and where they
 * are in it. In a run the first and the last pixel are border, and those that have something else above or below.
 */
function borderOf({ width, height, data }: LabelImage, runs: readonly number[]) {
  const stride = width + 2;
  const border = new Uint32Array(stride * (height + 2));
  const places: number[] = [];
  for (let r = 0; r < runs.length; r += RUN) {
    const [label, y] = [runs[r] as number, runs[r + 1] as number];
    const [start, end] = [runs[r + 2] as number, runs[r + 3] as number];
    const atEdge = y === 0 || y + 1 === height;
    const row = y * width;
    const framed = (y + 1) * stride + 1;
    for (let x = start; x < end; x++) {
      const i = row + x;
      const inner =
        !atEdge && x > start && x + 1 < end && data[i - width] === label && data[i + width] === label;
      if (inner) continue;
      border[framed + x] = label;
      places.push(framed + x);
    }
  }
  return { border, places };
}
