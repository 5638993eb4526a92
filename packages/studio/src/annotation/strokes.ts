/** What is drawn by dragging: what each pixel under the pointer becomes, and what is done at the end. */
import type { DrawingKind, Rectangle } from '../api.ts';
import { newObject, replaceObject, splitAlong } from './numbers.ts';
import type { ToolName } from './tool-names.ts';
import { around, evenly, type Labels, type Paint, type Point } from './tools.ts';

/** What tools go by. */
export interface Hand {
  readonly kind: DrawingKind;
  readonly tool: ToolName;
  /** The class that is painted. */
  readonly value: number;
  /** Of brush and eraser, in pixels. */
  readonly radius: number;
  /** The object that is gone on with, where objects are numbered. */
  readonly chosen: number | null;
}

export interface Stroke {
  readonly paint: Paint;
  readonly radius: number;
  readonly end?: (labels: Labels) => Rectangle | null;
}

/** Half the width of a cut: wide enough that the halves do not touch over corners. */
const CUT = 1;

/** Null for tools that are not dragged, and where all numbers of objects are taken. */
export function strokeOf(hand: Hand, labels: Labels, at: Point): Stroke | null {
  const { kind, tool, radius, chosen } = hand;
  const isMeant = (value: number): boolean => value !== 0 && (chosen === null || value === chosen);
  if (tool === 'brush') {
    const paint = paintOf(hand, labels, at);
    return paint === null ? null : { paint, radius };
  }
  if (tool === 'eraser') return { radius, paint: (before) => (isMeant(before) ? 0 : before) };
  if (tool === 'split' && kind === 'labels') return { paint: evenly(0), radius: CUT };
  if (tool === 'split') {
    const cut = new Map<number, number>();
    const paint: Paint = (before, pixel) => {
      if (!isMeant(before)) return before;
      cut.set(pixel, before);
      return 0;
    };
    return { paint, radius: CUT, end: (on) => splitAlong(on, cut) };
  }
  if (tool === 'merge') {
    const met = new Set<number>();
    const paint: Paint = (before) => {
      if (before !== 0) met.add(before);
      return before;
    };
    return { paint, radius: CUT, end: (on) => merged(on, [...met]) };
  }
  return null;
}

/**
 * What brush, outline and wand make of pixels. Of numbered objects: the chosen one, else the one under the pointer, else
 * a new one, and others are left as they are. Null where all numbers are taken.
 */
export function paintOf({ kind, value, chosen }: Hand, labels: Labels, at: Point): Paint | null {
  if (kind === 'labels') return evenly(value);
  const under = valueAt(labels, at);
  const object = chosen ?? (under === 0 ? newObject(labels, value) : under);
  return object === null ? null : (before) => (before === 0 ? object : before);
}

/** What is drawn at a place; background outside of the image. */
export function valueAt({ width, height, data }: Labels, { x, y }: Point): number {
  const isInside = x >= 0 && y >= 0 && x < width && y < height;
  return isInside ? (data[Math.floor(y) * width + Math.floor(x)] as number) : 0;
}

/** Makes objects parts of the first one. */
function merged(labels: Labels, [first, ...others]: readonly number[]): Rectangle | null {
  let area: Rectangle | null = null;
  if (first === undefined) return area;
  for (const value of others) area = around(area, replaceObject(labels, value, first));
  return area;
}
