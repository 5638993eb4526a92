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
  const right = chain(rows.map(({ y, right: x }): [number, number] => [x, y]));
  const left = chain(rows.toReversed().map(({ y, left: x }): [number, number] => [x, y]));
  // Where the chains meet, a single topmost or lowest point is the end of both.
  const corners = [...right, ...left];
  const same = (a: Corner, b: Corner | undefined) => a[0] === b?.[0] && a[1] === b[1];
  return corners.filter(
    (corner, i) => i === 0 || !(same(corner, corners[i - 1]) || same(corner, corners[0])),
  );
}

/** The rows in which a hull has corners: all that the hulls of larger shapes around it need. */
export function cornersByRow(hull: Hull): Row[] {
  const rows = new Map<number, Row>();
  for (const [x, y] of hull) {
    const known = rows.get(y);
    rows.set(y, { y, left: Math.min(x, known?.left ?? x), right: Math.max(x, known?.right ?? x) });
  }
  return [...rows.values()].sort((a, b) => a.y - b.y);
}

function chain(points: readonly [number, number][]): [number, number][] {
  const kept: [number, number][] = [];
  for (const point of points) {
    for (
      let last = kept.at(-1), before = kept.at(-2);
      last && before;
      last = kept.at(-1), before = kept.at(-2)
    ) {
      const turn =
        (last[0] - before[0]) * (point[1] - before[1]) - (last[1] - before[1]) * (point[0] - before[0]);
      if (turn > 0) break;
      kept.pop();
    }
    kept.push(point);
  }
  return kept;
}

/** The largest distance of two corners, and the least distance of two parallel lines that hold the hull between them. */
export function feretDiameters(hull: Hull): { readonly max: number; readonly min: number } {
  let maxSquare = 0;
  let [farX, farY] = [0, 0];
  let min = Number.POSITIVE_INFINITY;
  for (let i = 0; i < hull.length; i++) {
    const [x, y] = hull[i] as Corner;
    const [nextX, nextY] = hull[(i + 1) % hull.length] as Corner;
    const [right, down] = [nextX - x, nextY - y];
    let width = 0;
    for (let k = 0; k < hull.length; k++) {
      const [otherX, otherY] = hull[k] as Corner;
      const [dx, dy] = [otherX - x, otherY - y];
      const square = dx * dx + dy * dy;
      if (square > maxSquare) [maxSquare, farX, farY] = [square, dx, dy];
      width = Math.max(width, Math.abs(right * dy - down * dx));
    }
    const side = Math.sqrt(right * right + down * down);
    if (side > 0) min = Math.min(min, width / side);
  }
  return { max: Math.hypot(farX, farY), min: Number.isFinite(min) ? min : 0 };
}

/** Number of points with whole coordinates inside or on the border of a hull. */
export function latticePoints(hull: Hull): number {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [, y] of hull) {
    lowest = Math.min(lowest, y);
    highest = Math.max(highest, y);
  }
  const top = Math.ceil(lowest);
  const rows = Math.max(0, Math.floor(highest) - top + 1);
  // Where the sides cross each row.
  const left = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const right = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const cross = (row: number, x: number): void => {
    if (x < (left[row] as number)) left[row] = x;
    if (x > (right[row] as number)) right[row] = x;
  };
  for (let i = 0; i < hull.length; i++) {
    const [x0, y0] = hull[i] as Corner;
    const [x1, y1] = hull[(i + 1) % hull.length] as Corner;
    if (y0 === y1) {
      if (y0 !== Math.floor(y0)) continue;
      cross(y0 - top, x0);
      cross(y0 - top, x1);
      continue;
    }
    const slope = (x1 - x0) / (y1 - y0);
    const end = Math.floor(Math.max(y0, y1));
    for (let y = Math.ceil(Math.min(y0, y1)); y <= end; y++) cross(y - top, x0 + (y - y0) * slope);
  }
  let points = 0;
  for (let row = 0; row < rows; row++) {
    points += Math.floor((right[row] as number) + ROUNDING) - Math.ceil((left[row] as number) - ROUNDING) + 1;
  }
  return points;
}

/** Crossings are quotients of numbers of pixels; what is a whole number may come out a little beside it. */
const ROUNDING = 1e-9;
