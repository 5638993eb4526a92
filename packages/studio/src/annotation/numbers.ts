/**
 * Drawings in which each object has a number of its own, so that objects may touch: a pixel holds the number of its object,
 * from 1 to 65,535, plus 65,536 times its class.
 */
import type { Rectangle } from '../api.ts';
import { around, evenly, type Labels, paintRegion, type Region, regionAt } from './tools.ts';

const CLASS = 2 ** 16;
/** Of a value, the bits of its number. */
const NUMBER = CLASS - 1;

export function objectValue(number: number, classIndex: number): number {
  return number + CLASS * classIndex;
}

export function numberOf(value: number): number {
  return value & NUMBER;
}

/** The value of an object that was not there yet; null where all numbers are taken. */
export function newObject({ data }: Labels, classIndex: number): number | null {
  let last = 0;
  for (let i = 0; i < data.length; i++) last = Math.max(last, (data[i] as number) & NUMBER);
  if (last + 1 < CLASS) return objectValue(last + 1, classIndex);
  const free = taken(data).indexOf(0, 1);
  return free < 0 ? null : objectValue(free, classIndex);
}

/** How many there are. */
export function countObjects({ data }: Labels): number {
  return taken(data)
    .subarray(1)
    .reduce((sum, one) => sum + one, 0);
}

/** 1 for each number that a pixel has. */
function taken(data: Labels['data']): Uint8Array {
  const found = new Uint8Array(CLASS);
  for (let i = 0; i < data.length; i++) found[(data[i] as number) & NUMBER] = 1;
  return found;
}

/** Gives all pixels of an object another value, 0 to delete it. */
export function replaceObject(labels: Labels, value: number, by: number): Rectangle | null {
  const area = areaOf(labels, value);
  if (area === null) return null;
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let i = y * labels.width + area.x; i < y * labels.width + area.x + area.width; i++) {
      if (labels.data[i] === value) labels.data[i] = by;
    }
  }
  return area;
}

/**
 * Cuts objects in two: the largest part keeps the number, others get new ones, and the pixels of the cut go to the parts
 * beside them. An object of which nothing is cut off stays as it was.
 *
 * @param cut the pixels of the cut, which are background now, with what they were
 * @returns what has to be shown anew
 */
export function splitAlong(labels: Labels, cut: ReadonlyMap<number, number>): Rectangle | null {
  let changed: Rectangle | null = null;
  for (const value of new Set(cut.values())) {
    const open = new Set([...cut].filter(([, before]) => before === value).map(([pixel]) => pixel));
    const values = new Set([value]);
    const [, ...smaller] = partsOf(labels, value);
    for (const part of smaller) {
      const next = newObject(labels, Math.floor(value / CLASS));
      if (next === null) continue;
      values.add(next);
      paintRegion(labels, part, evenly(next));
    }
    heal(labels, open, values);
    for (const pixel of open) labels.data[pixel] = value;
    changed = around(changed, areaOf(labels, value));
    for (const { area } of smaller) changed = around(changed, area);
  }
  return changed;
}

/** Gives the pixels of a cut to the parts of an object beside them, from its edges inwards; `open` keeps those without. */
function heal({ width, height, data }: Labels, open: Set<number>, values: ReadonlySet<number>): void {
  for (;;) {
    const found: (readonly [pixel: number, to: number])[] = [];
    for (const pixel of open) {
      const column = pixel % width;
      const beside = [
        ...(column > 0 ? [pixel - 1] : []),
        ...(column < width - 1 ? [pixel + 1] : []),
        ...(pixel >= width ? [pixel - width] : []),
        ...(pixel < width * (height - 1) ? [pixel + width] : []),
      ];
      const to = beside.filter((one) => !open.has(one)).map((one) => data[one] as number);
      const next = to.find((one) => values.has(one));
      if (next !== undefined) found.push([pixel, next]);
    }
    if (found.length === 0) return;
    for (const [pixel, to] of found) {
      data[pixel] = to;
      open.delete(pixel);
    }
  }
}

/** The parts of an object that hang together, also over corners, the largest first. */
function partsOf(labels: Labels, value: number): Region[] {
  const { width, data } = labels;
  const area = areaOf(labels, value);
  if (area === null) return [];
  const known = new Set<number>();
  const parts: Region[] = [];
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let x: number = area.x; x < area.x + area.width; x++) {
      const pixel = y * width + x;
      if (data[pixel] !== value || known.has(pixel)) continue;
      const part = regionAt(labels, { x, y }, (next) => data[next] === value, 'corners');
      if (part === null) continue;
      for (const one of part.pixels) known.add(one);
      parts.push(part);
    }
  }
  return parts.sort((a, b) => b.pixels.length - a.pixels.length);
}

/** The smallest rectangle around an object. */
function areaOf({ width, data }: Labels, value: number): Rectangle | null {
  let [left, top, right, bottom] = [width, -1, -1, -1];
  for (let i = data.indexOf(value); i >= 0; i = data.indexOf(value, i + 1)) {
    const column = i % width;
    const row = (i - column) / width;
    if (top < 0) top = row;
    bottom = row;
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  }
  return top < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
