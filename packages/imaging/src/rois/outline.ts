import type { EllipseShape, Point, RoiPath, RoiShape, RotatedRectangleShape } from './roi.js';

/**
 * The closed outlines of a shape as points, curves within 0.01 pixels; undefined for shapes without an area
 * (lines, points). Ellipses have the 72 corners that ImageJ gives them. Rectangles and ovals are other than their
 * outlines in pixels: see `labelsFromRois`.
 */
export function outlinesOf(shape: RoiShape): readonly (readonly Point[])[] | undefined {
  switch (shape.type) {
    case 'rectangle': {
      const { x, y, width, height, cornerDiameter = 0 } = shape;
      return [rounded({ x, y, width, height }, cornerDiameter)];
    }
    case 'oval':
      return [rounded(shape, Number.POSITIVE_INFINITY)];
    case 'ellipse':
      return [ellipse(shape)];
    case 'rotated-rectangle':
      return [rotatedRectangle(shape)];
    case 'polygon':
    case 'freehand':
    case 'traced':
      return [shape.points];
    case 'composite':
      return shape.paths.map(flattened);
    default:
      return undefined;
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle whose corners are quarters of an ellipse. */
function rounded({ x, y, width, height }: Box, diameter: number): Point[] {
  const [right, bottom] = [x + width, y + height];
  if (diameter <= 0) {
    return [
      [x, y],
      [right, y],
      [right, bottom],
      [x, bottom],
    ];
  }
  const [a, b] = [Math.min(width, diameter) / 2, Math.min(height, diameter) / 2];
  const steps = Math.max(4, Math.ceil(Math.PI / 4 / Math.acos(1 - Math.min(1, 0.01 / Math.max(a, b, 0.01)))));
  const corner = (cx: number, cy: number, quarter: number) =>
    Array.from({ length: steps + 1 }, (_, i): Point => {
      const angle = (quarter + i / steps) * (Math.PI / 2);
      return [cx + a * Math.cos(angle), cy + b * Math.sin(angle)];
    });
  return [
    ...corner(right - a, bottom - b, 0),
    ...corner(x + a, bottom - b, 1),
    ...corner(x + a, y + b, 2),
    ...corner(right - a, y + b, 3),
  ];
}

const ELLIPSE_CORNERS = 72;

function ellipse({ from, to, aspectRatio }: EllipseShape): Point[] {
  const [cx, cy] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const [ax, ay] = [(to[0] - from[0]) / 2, (to[1] - from[1]) / 2];
  return Array.from({ length: ELLIPSE_CORNERS }, (_, i) => {
    const angle = (i / ELLIPSE_CORNERS) * 2 * Math.PI;
    const [along, across] = [Math.cos(angle), Math.sin(angle) * aspectRatio];
    return [cx + ax * along - ay * across, cy + ay * along + ax * across];
  });
}

function rotatedRectangle({ from, to, breadth }: RotatedRectangleShape): Point[] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const dx = ((to[1] - from[1]) / length) * (breadth / 2);
  const dy = (-(to[0] - from[0]) / length) * (breadth / 2);
  return [
    [from[0] + dx, from[1] + dy],
    [to[0] + dx, to[1] + dy],
    [to[0] - dx, to[1] - dy],
    [from[0] - dx, from[1] - dy],
  ];
}

function flattened({ start, steps }: RoiPath): Point[] {
  const points: Point[] = [start];
  for (const { to, controls } of steps) {
    if (controls === undefined) points.push(to);
    else points.push(...curve([points.at(-1) ?? start, ...controls, to]));
  }
  return points;
}

/** A Bézier curve as short lines (its first point left out), by de Casteljau's construction. */
function curve(controls: readonly Point[]): Point[] {
  const [first = [0, 0]] = controls;
  const extent = controls.reduce((sum, [x, y]) => sum + Math.hypot(x - first[0], y - first[1]), 0);
  const pieces = Math.min(1000, Math.max(4, Math.ceil(Math.sqrt(extent / 0.01))));
  return Array.from({ length: pieces }, (_, i) => {
    const t = (i + 1) / pieces;
    let points = controls;
    while (points.length > 1) {
      points = points.slice(1).map(([x, y], p): Point => {
        const [x0, y0] = points[p] ?? [x, y];
        return [x0 + (x - x0) * t, y0 + (y - y0) * t];
      });
    }
    return points[0] ?? first;
  });
}
