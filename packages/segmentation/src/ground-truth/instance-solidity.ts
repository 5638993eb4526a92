import type { Box, Drawings } from './instance-drawings.js';

type Point = readonly [row: number, column: number];

/**
 * How convex regions are when taken together: their area over that of their convex hull, 1 for a convex shape.
 * Pixels are squares, and what lies between regions that do not touch is missing from the area.
 */
export function solidity(drawings: Drawings, regions: readonly number[]): number {
  const chosen = new Set(regions.map((region) => region + 1));
  const area = regions.reduce((sum, region) => sum + (drawings.regions[region]?.area ?? 0), 0);
  const boxes = regions.flatMap((region) => drawings.regions[region]?.box ?? []);
  return area / hullArea(rowEnds(drawings, chosen, around(boxes)));
}

function around(boxes: readonly Readonly<Box>[]): Box {
  return {
    top: Math.min(...boxes.map(({ top }) => top)),
    left: Math.min(...boxes.map(({ left }) => left)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
    right: Math.max(...boxes.map(({ right }) => right)),
  };
}

/** The corners of the first and last pixel of each row. */
function rowEnds({ width, regionAt }: Drawings, chosen: ReadonlySet<number>, box: Box): Point[] {
  const ends: Point[] = [];
  for (let row = box.top; row < box.bottom; row++) {
    const isChosen = (column: number) => chosen.has(regionAt[row * width + column] as number);
    let first = box.left;
    while (first < box.right && !isChosen(first)) first++;
    if (first === box.right) continue;
    let last = box.right - 1;
    while (!isChosen(last)) last--;
    ends.push([row, first], [row, last + 1], [row + 1, first], [row + 1, last + 1]);
  }
  return ends.sort(([rowA, columnA], [rowB, columnB]) => rowA - rowB || columnA - columnB);
}

/** Area of the convex hull of sorted points (Andrew's monotone chain). */
function hullArea(points: readonly Point[]): number {
  const hull = [...chain(points), ...chain([...points].reverse())];
  const twice = hull.reduce((sum, [row, column], i) => {
    const [nextRow, nextColumn] = hull[(i + 1) % hull.length] ?? [0, 0];
    return sum + row * nextColumn - nextRow * column;
  }, 0);
  return Math.abs(twice) / 2;
}

/** One side of the hull, without its last point. */
function chain(points: readonly Point[]): Point[] {
  const side: Point[] = [];
  for (const point of points) {
    while (side.length > 1 && turn(side.at(-2) ?? point, side.at(-1) ?? point, point) <= 0) side.pop();
    side.push(point);
  }
  return side.slice(0, -1);
}

function turn([rowA, columnA]: Point, [rowB, columnB]: Point, [row, column]: Point): number {
  return (rowB - rowA) * (column - columnA) - (columnB - columnA) * (row - rowA);
}
