/** What drawing tools do to labels: plain numbers in, plain numbers out. */
import type { Rectangle } from '../api.ts';

/** A class or a numbered object for each pixel. */
export type Values = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** What is drawn, row by row. */
export interface Labels {
  readonly width: number;
  readonly height: number;
  readonly data: Values;
}

/** What a pixel becomes, from what it was. */
export type Paint = (before: number, pixel: number) => number;

/** Makes all pixels the same. */
export function evenly(value: number): Paint {
  return () => value;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Paints a round brush along a line; the radius is in pixels. Returns what it touched, or null outside of the image. */
export function paintLine(
  labels: Labels,
  from: Point,
  to: Point,
  radius: number,
  paint: Paint,
): Rectangle | null {
  const area = inside(labels, {
    left: Math.min(from.x, to.x) - radius,
    top: Math.min(from.y, to.y) - radius,
    right: Math.max(from.x, to.x) + radius,
    bottom: Math.max(from.y, to.y) + radius,
  });
  if (area === null) return null;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let x = area.x; x < area.x + area.width; x++) {
      // The nearest point of the line to the middle of the pixel.
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const way = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      if ((px - way * dx) ** 2 + (py - way * dy) ** 2 <= radius * radius) {
        const pixel = y * labels.width + x;
        labels.data[pixel] = paint(labels.data[pixel] as number, pixel);
      }
    }
  }
  return area;
}

/** Fills a closed outline: pixels whose middle lies in it (even-odd rule). */
export function fillPolygon(labels: Labels, points: readonly Point[], paint: Paint): Rectangle | null {
  if (points.length < 3) return null;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const area = inside(labels, {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  });
  if (area === null) return null;
  for (let y = area.y; y < area.y + area.height; y++) {
    const middle = y + 0.5;
    const crossings = points
      .flatMap((a, i) => {
        const b = points[(i + 1) % points.length] as Point;
        return a.y > middle === b.y > middle ? [] : [a.x + ((middle - a.y) / (b.y - a.y)) * (b.x - a.x)];
      })
      .sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const start = Math.max(area.x, Math.ceil((crossings[i] as number) - 0.5));
      const end = Math.min(area.x + area.width, Math.ceil((crossings[i + 1] as number) - 0.5));
      for (let x = start; x < end; x++) {
        const pixel = y * labels.width + x;
        labels.data[pixel] = paint(labels.data[pixel] as number, pixel);
      }
    }
  }
  return area;
}

/** Pixels that hang together, and the smallest rectangle around them. */
export interface Region {
  readonly pixels: Uint32Array;
  readonly area: Rectangle;
}

/** The pixels that hang together with one, side by side or also over corners, and are like it; null outside of the image. */
export function regionAt(
  { width, height }: Pick<Labels, 'width' | 'height'>,
  at: Point,
  isLike: (pixel: number, start: number) => boolean,
  over: 'sides' | 'corners' = 'sides',
): Region | null {
  const [x, y] = [Math.floor(at.x), Math.floor(at.y)];
  if (x < 0 || y < 0 || x >= width || y >= height) return null;
  const start = y * width + x;
  const reached = new Uint8Array(width * height);
  // Every pixel is put there once at most; those below `done` are looked at.
  const found = new Uint32Array(width * height);
  found[0] = start;
  let count = 1;
  reached[start] = 1;
  let [left, top, right, bottom] = [x, y, x, y];
  for (let done = 0; done < count; done++) {
    const pixel = found[done] as number;
    const column = pixel % width;
    const row = (pixel - column) / width;
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const [nextColumn, nextRow] = [column + dx, row + dy];
        if (over === 'sides' && dx !== 0 && dy !== 0) continue;
        if (nextColumn < 0 || nextRow < 0 || nextColumn >= width || nextRow >= height) continue;
        const next = nextRow * width + nextColumn;
        if (reached[next] === 1 || !isLike(next, start)) continue;
        reached[next] = 1;
        found[count] = next;
        count += 1;
      }
    }
  }
  const area = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  return { pixels: found.subarray(0, count), area };
}

/** Paints the pixels of a region. */
export function paintRegion({ data }: Labels, { pixels, area }: Region, paint: Paint): Rectangle {
  for (const pixel of pixels) data[pixel] = paint(data[pixel] as number, pixel);
  return area;
}

/** Whether a region ends at an edge of the image. */
export function reachesEdge({ width, height }: Labels, { area }: Region): boolean {
  return area.x === 0 || area.y === 0 || area.x + area.width === width || area.y + area.height === height;
}

/** A copy of a part of what is drawn. */
export function copyPart({ width, data }: Labels, area: Rectangle): Values {
  const size = area.width * area.height;
  const part = data instanceof Uint8Array ? new Uint8Array(size) : new Uint32Array(size);
  for (let row = 0; row < area.height; row++) {
    const start = (area.y + row) * width + area.x;
    part.set(data.subarray(start, start + area.width), row * area.width);
  }
  return part;
}

export function pastePart(labels: Labels, area: Rectangle, part: Values): void {
  for (let row = 0; row < area.height; row++) {
    const values = part.subarray(row * area.width, (row + 1) * area.width);
    labels.data.set(values, (area.y + row) * labels.width + area.x);
  }
}

/** The smallest rectangle around both. */
export function around(a: Rectangle | null, b: Rectangle | null): Rectangle | null {
  if (a === null || b === null) return a ?? b;
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

function inside(
  { width, height }: Labels,
  box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
): Rectangle | null {
  const x = Math.max(0, Math.floor(box.left));
  const y = Math.max(0, Math.floor(box.top));
  const right = Math.min(width, Math.ceil(box.right) + 1);
  const bottom = Math.min(height, Math.ceil(box.bottom) + 1);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
}
