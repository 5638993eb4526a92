import type { Point } from './roi.js';

/** A run of pixels in a row: from `start` up to, and without, `end`. */
export type PaintRun = (row: number, start: number, end: number) => void;

/**
 * Paints the pixels of an image whose centres lie inside an odd number of closed outlines.
 *
 * Centres exactly on an edge belong to the right-hand and the lower side, by ImageJ's rule (its class PolygonFiller,
 * whose crossings are moved right by 1e-8 against rounding).
 */
export function fillOutlines(
  outlines: readonly (readonly Point[])[],
  size: { readonly width: number; readonly height: number },
  paint: PaintRun,
): void {
  const crossings = new Map<number, number[]>();
  for (const outline of outlines) {
    let previous = outline.at(-1);
    for (const point of outline) {
      if (previous) addCrossings(crossings, previous, point, size.height);
      previous = point;
    }
  }
  for (const [row, found] of crossings) {
    found.sort((a, b) => a - b);
    for (let i = 0; i + 1 < found.length; i += 2) {
      const start = Math.max(0, Math.floor((found[i] as number) + 0.5));
      const end = Math.min(size.width, Math.floor((found[i + 1] as number) + 0.5));
      if (start < end) paint(row, start, end);
    }
  }
}

/** Where the edge between two points crosses the middles of rows. */
function addCrossings(crossings: Map<number, number[]>, a: Point, b: Point, height: number): void {
  const [[x1, y1], [x2, y2]] = a[1] < b[1] ? [a, b] : [b, a];
  const last = Math.min(height, Math.floor(y2 + 0.5));
  const slope = (x2 - x1) / (y2 - y1);
  for (let row = Math.max(0, Math.floor(y1 + 0.5)); row < last; row++) {
    const x = x1 + (row + 0.5 - y1) * slope + 1e-8;
    const found = crossings.get(row);
    if (found) found.push(x);
    else crossings.set(row, [x]);
  }
}
