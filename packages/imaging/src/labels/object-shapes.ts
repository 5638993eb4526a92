import type { LabelImage } from './connected-components.js';
import type { Row } from './hull.js';
import { RUN, runsOf } from './runs.js';

/** Where the pixels of an object lie. */
export interface ObjectShape {
  readonly label: number;
  /** Number of pixels. */
  readonly area: number;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly centroid: { readonly x: number; readonly y: number };
  /** Second central moments of the pixels' centres, divided by the area. */
  readonly variance: { readonly xx: number; readonly xy: number; readonly yy: number };
  /** First and last pixel of each row that has any, from the top. */
  readonly rows: readonly Row[];
}

/**
 * The objects of a label image in the order of their labels; labels without pixels are left out.
 *
 * @param runs of the labels, where they are known already
 */
export function objectShapes(labels: LabelImage, runs: readonly number[] = runsOf(labels)): ObjectShape[] {
  const { width, count } = labels;
  const tops = new Int32Array(count + 1).fill(-1);
  const heights = new Int32Array(count + 1);
  for (let r = 0; r < runs.length; r += RUN) {
    const [label, y] = [runs[r] as number, runs[r + 1] as number];
    if (tops[label] === -1) tops[label] = y;
    heights[label] = y - (tops[label] as number) + 1;
  }
  const offsets = new Int32Array(count + 2);
  for (let label = 1; label <= count; label++) {
    offsets[label + 1] = (offsets[label] as number) + (heights[label] as number);
  }
  const rows = offsets[count + 1] as number;
  const lefts = new Int32Array(rows).fill(width);
  const rights = new Int32Array(rows).fill(-1);
  // Sums by label: pixels, x, y, xx, xy, yy; y from the object's first row and x from the picture's left side.
  const sums = new Float64Array(6 * (count + 1));
  for (let r = 0; r < runs.length; r += RUN) {
    const [label, y] = [runs[r] as number, runs[r + 1] as number];
    const [start, end] = [runs[r + 2] as number, runs[r + 3] as number];
    const down = y - (tops[label] as number);
    const row = (offsets[label] as number) + down;
    if (start < (lefts[row] as number)) lefts[row] = start;
    if (end - 1 > (rights[row] as number)) rights[row] = end - 1;
    const n = end - start;
    const x = ((start + end - 1) * n) / 2;
    const at = 6 * label;
    sums[at] = (sums[at] as number) + n;
    sums[at + 1] = (sums[at + 1] as number) + x;
    sums[at + 2] = (sums[at + 2] as number) + down * n;
    sums[at + 3] = (sums[at + 3] as number) + squaresBelow(end) - squaresBelow(start);
    sums[at + 4] = (sums[at + 4] as number) + down * x;
    sums[at + 5] = (sums[at + 5] as number) + down * down * n;
  }
  return Array.from({ length: count }, (_, index) => shapeOf(index + 1)).filter(({ area }) => area > 0);

  function shapeOf(label: number): ObjectShape {
    const sum = (which: number): number => sums[6 * label + which] as number;
    const [area, sumX, sumY, sumXX, sumXY, sumYY] = [sum(0), sum(1), sum(2), sum(3), sum(4), sum(5)];
    const [x, down] = [sumX / area, sumY / area];
    const top = tops[label] as number;
    const own: Row[] = [];
    let left = width;
    let right = -1;
    for (let row = offsets[label] as number, y = top; row < (offsets[label + 1] as number); row++, y++) {
      if ((rights[row] as number) < 0) continue;
      own.push({ y, left: lefts[row] as number, right: rights[row] as number });
      left = Math.min(left, lefts[row] as number);
      right = Math.max(right, rights[row] as number);
    }
    return {
      label,
      area,
      box: { x: left, y: top, width: right - left + 1, height: heights[label] as number },
      centroid: { x, y: top + down },
      variance: {
        xx: Math.max(0, sumXX / area - x * x),
        xy: sumXY / area - x * down,
        yy: Math.max(0, sumYY / area - down * down),
      },
      rows: own,
    };
  }
}

/** 0² + 1² + … + (n - 1)². */
function squaresBelow(n: number): number {
  return ((n - 1) * n * (2 * n - 1)) / 6;
}
