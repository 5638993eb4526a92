/** Outlines of objects as GeoJSON (RFC 7946), in pixels from the top left corner, as QuPath reads them. */
import { outlinesOf } from '../rois/outline.js';
import type { Point, RoiShape } from '../rois/roi.js';

export type GeoJsonGeometry =
  | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] };

/** A closed line: its last point is its first. */
type Ring = readonly Point[];

/**
 * The area of a region. Paths of a composite that run the other way round than the largest are holes, as those of
 * `roisFromLabels` are.
 *
 * @returns undefined for lines and points, which have no area.
 */
export function geoJsonGeometry(shape: RoiShape): GeoJsonGeometry | undefined {
  const paths = (outlinesOf(shape) ?? []).filter((points) => points.length >= 3);
  const areas = paths.map(signedArea);
  const largest = areas.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  if (largest === 0) return undefined;
  const isHole = (index: number): boolean => (areas[index] as number) * largest < 0;
  const polygons = paths.filter((_, index) => !isHole(index)).map((outer) => [closed(outer)]);
  const outers = paths.filter((_, index) => !isHole(index));
  for (const [index, hole] of paths.entries()) {
    if (!isHole(index)) continue;
    const around = smallestAround(hole, outers);
    polygons[around]?.push(closed(hole));
  }
  const [first, ...more] = polygons;
  if (first === undefined) return undefined;
  return more.length === 0
    ? { type: 'Polygon', coordinates: first }
    : { type: 'MultiPolygon', coordinates: polygons };
}

function closed(points: readonly Point[]): Ring {
  const [first] = points;
  return first === undefined ? points : [...points, first];
}

function signedArea(points: readonly Point[]): number {
  let sum = 0;
  for (const [index, [x, y]] of points.entries()) {
    const [nextX, nextY] = points[(index + 1) % points.length] as Point;
    sum += x * nextY - nextX * y;
  }
  return sum / 2;
}

/** The index of the smallest outline in which a hole lies. */
function smallestAround(hole: readonly Point[], outers: readonly (readonly Point[])[]): number {
  const inside = middleOf(hole);
  const found = outers
    .map((outer, index) => ({ index, area: Math.abs(signedArea(outer)), around: contains(outer, inside) }))
    .filter(({ around }) => around)
    .sort((a, b) => a.area - b.area);
  return found[0]?.index ?? 0;
}

/** A point within an outline along the edges of pixels, half a pixel from its first edge. */
function middleOf(points: readonly Point[]): Point {
  const [[x0, y0], [x1, y1]] = [points[0] as Point, points[1] as Point];
  const [dx, dy] = [Math.sign(x1 - x0) / 2, Math.sign(y1 - y0) / 2];
  const sides: Point[] = [
    [(x0 + x1) / 2 - dy, (y0 + y1) / 2 + dx],
    [(x0 + x1) / 2 + dy, (y0 + y1) / 2 - dx],
  ];
  return sides.find((side) => contains(points, side)) ?? (sides[0] as Point);
}

function contains(points: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (const [index, [x0, y0]] of points.entries()) {
    const [x1, y1] = points[(index + 1) % points.length] as Point;
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}
