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
  let max = 0;
  let min = Number.POSITIVE_INFINITY;
  hull.forEach(([x, y], i) => {
    const [nextX, nextY] = hull[(i + 1) % hull.length] ?? [x, y];
    const side = Math.hypot(nextX - x, nextY - y);
    let width = 0;
    for (const [otherX, otherY] of hull) {
      max = Math.max(max, Math.hypot(otherX - x, otherY - y));
      width = Math.max(width, Math.abs((nextX - x) * (otherY - y) - (nextY - y) * (otherX - x)));
    }
    if (side > 0) min = Math.min(min, width / side);
  });
  return { max, min: Number.isFinite(min) ? min : 0 };
}

/** Number of points with whole coordinates inside or on the border of a hull. */
export function latticePoints(hull: Hull): number {
  const top = Math.min(...hull.map(([, y]) => y));
  const bottom = Math.max(...hull.map(([, y]) => y));
  let points = 0;
  for (let y = Math.ceil(top); y <= bottom; y++) {
    let left = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    hull.forEach(([x0, y0], i) => {
      const [x1, y1] = hull[(i + 1) % hull.length] ?? [x0, y0];
      if (Math.min(y0, y1) > y || Math.max(y0, y1) < y) return;
      for (const x of y0 === y1 ? [x0, x1] : [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)]) {
        left = Math.min(left, x);
        right = Math.max(right, x);
      }
    });
    points += Math.floor(right + ROUNDING) - Math.ceil(left - ROUNDING) + 1;
  }
  return points;
}

/** Crossings are quotients of numbers of pixels; what is a whole number may come out a little beside it. */
const ROUNDING = 1e-9;
