/** Corners of a convex hull, clockwise as seen on screen (y goes down), without points on its sides. */
export type Hull = readonly Corner[];

type Corner = readonly [x: number, y: number];

/** The leftmost and the rightmost of some points at one height. */
export interface Row {
  readonly y: number;
  readonly left: number;
  readonly right: number;
}

/**
 * The convex hull of points that come row by row: for each row the leftmost and the rightmost, rows in ascending
 * order. Each side is a chain of turns in one direction (A. M. Andrew, Inf. Process. Lett. 9, 1979).
 */
export function hullOfRows(rows: readonly Row[]): Hull {
  const right = sideChain();
  for (const row of rows) right.add(row.right, row.y);
  const left = sideChain();
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] as Row;
    left.add(row.left, row.y);
  }
  // Where the chains meet, a single topmost or lowest point is the end of both.
  const corners = right.corners();
  for (const corner of left.corners()) {
    if (!same(corner, corners[corners.length - 1]) && !same(corner, corners[0])) corners.push(corner);
  }
  return corners;
}

function same([x, y]: Corner, other: Corner | undefined): boolean {
  return x === other?.[0] && y === other[1];
}

/** One side of a hull, point after point. */
function sideChain() {
  const xs: number[] = [];
  const ys: number[] = [];
  return {
    add(x: number, y: number): void {
      for (let last = xs.length - 1; last > 0; last--) {
        const [x0, y0] = [xs[last - 1] as number, ys[last - 1] as number];
        const [x1, y1] = [xs[last] as number, ys[last] as number];
        if ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0) break;
        xs.pop();
        ys.pop();
      }
      xs.push(x);
      ys.push(y);
    },
    corners: (): Corner[] => xs.map((x, i): Corner => [x, ys[i] as number]),
  };
}

/**
 * The largest distance of two corners, and the least distance of two parallel lines that hold all between them, of the
 * whole pixels around a hull of pixels' centres: the hull with a square of one pixel around each of its points.
 */
export function feretDiameters(hull: Hull): { readonly max: number; readonly min: number } {
  let maxSquare = 0;
  let [farX, farY] = [0, 0];
  // Across the pixels' own sides.
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  let min = Number.POSITIVE_INFINITY;
  for (let i = 0; i < hull.length; i++) {
    const [x, y] = hull[i] as Corner;
    const [nextX, nextY] = hull[(i + 1) % hull.length] as Corner;
    const [along, down] = [nextX - x, nextY - y];
    let width = 0;
    for (let k = 0; k < hull.length; k++) {
      const [otherX, otherY] = hull[k] as Corner;
      const [dx, dy] = [otherX - x, otherY - y];
      const [wide, tall] = [Math.abs(dx) + 1, Math.abs(dy) + 1];
      const square = wide * wide + tall * tall;
      if (square > maxSquare) [maxSquare, farX, farY] = [square, wide, tall];
      width = Math.max(width, Math.abs(along * dy - down * dx));
    }
    const side = Math.sqrt(along * along + down * down);
    if (side > 0) min = Math.min(min, (width + Math.abs(along) + Math.abs(down)) / side);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { max: Math.hypot(farX, farY), min: Math.min(min, right - left + 1, bottom - top + 1) };
}

/**
 * Number of pixels whose centre lies in the hull of the middles of the edges of an object's pixels, or on its border: the
 * area of `skimage.morphology.convex_hull_image`. That hull is the one of the centres with a diamond around each of its
 * points; in a row it reaches half a pixel farther, or as far as the hull of the centres half a row above or below.
 */
export function pixelsWithin(hull: Hull): number {
  let [top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [, y] of hull) {
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const rows = bottom - top + 1;
  const left = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const right = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const reach = (row: number, x: number, more: number): void => {
    if (x - more < (left[row] as number)) left[row] = x - more;
    if (x + more > (right[row] as number)) right[row] = x + more;
  };
  for (let i = 0; i < hull.length; i++) {
    const [x0, y0] = hull[i] as Corner;
    const [x1, y1] = hull[(i + 1) % hull.length] as Corner;
    reach(y0 - top, x0, 0.5);
    if (y0 === y1) continue;
    const slope = (x1 - x0) / (y1 - y0);
    const end = Math.max(y0, y1);
    for (let y = Math.min(y0, y1); y < end; y++) {
      const x = x0 + (y - y0) * slope;
      const between = x0 + (y + 0.5 - y0) * slope;
      reach(y - top, x, 0.5);
      reach(y - top, between, 0);
      reach(y - top + 1, between, 0);
    }
  }
  let pixels = 0;
  for (let row = 0; row < rows; row++) {
    pixels += Math.floor((right[row] as number) + ROUNDING) - Math.ceil((left[row] as number) - ROUNDING) + 1;
  }
  return pixels;
}

/** Crossings are quotients of numbers of pixels; what is a whole number may come out a little beside it. */
const ROUNDING = 1e-9;
