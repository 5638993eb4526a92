import type { LabelImage } from '../labels/connected-components.js';
import { type Point, pathOf, type Roi } from './roi.js';

// An outline runs along the edges between pixels, with the object on its right: clockwise around an object,
// counterclockwise around a hole. Every closed outline goes somewhere from left to right, along the upper edge of
// one of the object's pixels. So each upper edge at which an object begins starts an outline, unless an earlier
// one came along it. The corners of the outline are whole numbers, as in the outlines that ImageJ traces.

export interface OutlineOptions {
  /**
   * Whether pixels that touch at a corner alone are outlined together (8, the default, as ImageJ's "Create
   * Selection" does) or apart (4).
   */
  readonly connectivity?: 4 | 8;
}

/**
 * The outline of each object, in the order of their numbers and named by them. An object in one piece without
 * holes is a `traced` outline, others are composites. The same pixels come back by `labelsFromRois`.
 */
export function roisFromLabels(labels: LabelImage, { connectivity = 8 }: OutlineOptions = {}): Roi[] {
  const { width, height, data } = labels;
  const outlines = new Map<number, Point[][]>();
  const passed = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = data[i] as number;
      if (label === 0 || passed[i] || (y > 0 && data[i - width] === label)) continue;
      const points = traced(labels, { x, y, label, connectivity, passed });
      const known = outlines.get(label);
      if (known) known.push(points);
      else outlines.set(label, [points]);
    }
  }
  return [...outlines]
    .sort(([a], [b]) => a - b)
    .map(([label, paths]): Roi => {
      const [first = []] = paths;
      const name = String(label);
      return paths.length === 1
        ? { name, type: 'traced', points: first }
        : { name, type: 'composite', paths: paths.map(pathOf) };
    });
}

interface Start {
  readonly x: number;
  readonly y: number;
  readonly label: number;
  readonly connectivity: 4 | 8;
  /** Which pixels' upper edges lie on outlines that are done; filled here. */
  readonly passed: Uint8Array;
}

/** Right, down, left, up: the step along an edge, and the pixels ahead of its end on the right and on the left. */
const DIRECTIONS = [
  { dx: 1, dy: 0, right: [0, 0], left: [0, -1] },
  { dx: 0, dy: 1, right: [-1, 0], left: [0, 0] },
  { dx: -1, dy: 0, right: [-1, -1], left: [-1, 0] },
  { dx: 0, dy: -1, right: [0, -1], left: [-1, -1] },
] as const;

type Direction = (typeof DIRECTIONS)[number];

/** The corners of the outline that begins at the upper left corner of a pixel. */
function traced({ width, height, data }: LabelImage, start: Start): Point[] {
  const { label, connectivity, passed } = start;
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === label;
  const points: Point[] = [];
  let { x, y } = start;
  let heading = 0;
  do {
    const { dx, dy }: Direction = directionOf(heading);
    if (heading === 0) passed[y * width + x] = 1;
    x += dx;
    y += dy;
    const { right, left }: Direction = directionOf(heading);
    const onRight = inside(x + right[0], y + right[1]);
    const onLeft = inside(x + left[0], y + left[1]);
    // Straight on along an edge; into a notch to the left; around a corner to the right. Where two pixels meet at
    // a corner, to the left goes on around both of them.
    const turn = onRight ? (onLeft ? 3 : 0) : onLeft && connectivity === 8 ? 3 : 1;
    if (turn !== 0) points.push([x, y]);
    heading = (heading + turn) % 4;
  } while (x !== start.x || y !== start.y || heading !== 0);
  return points;
}

function directionOf(heading: number): Direction {
  return DIRECTIONS[heading] ?? DIRECTIONS[0];
}
