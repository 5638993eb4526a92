/** The pixels of a picture, and how they are filled and moved. */
import type { Colour } from '../colours.ts';
import { type Box, common, without } from './boxes.ts';

export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** Red in the lowest eight bits, then green, blue and opacity, as image data have it in memory. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** Of a row that is being painted: from where each pixel takes its value, and how much of the place after. */
  readonly columns: Int32Array;
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly weights: Float32Array;
  readonly sums: Uint32Array;
}

export function createSheet(width: number, height: number): Sheet {
  return {
    ...{ width, height, pixels: new Uint32Array(width * height) },
    ...{ columns: new Int32Array(width), before: new Int32Array(width), after: new Int32Array(width) },
    ...{ weights: new Float32Array(width), sums: new Uint32Array(width) },
  };
}

export function inMemory([red, green, blue]: Colour): number {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

export function fill({ width, pixels }: Sheet, { left, top, right, bottom }: Box, colour: number): void {
  for (let y = top; y < bottom; y++) pixels.fill(colour, y * width + left, y * width + right);
}

/** Moves what is in a box; what would leave it is lost. Returns what has nothing yet. */
export function shift({ width, pixels }: Sheet, box: Box, dx: number, dy: number): readonly Box[] {
  const { left, top, right, bottom } = box;
  const to = common(box, { left: left + dx, top: top + dy, right: right + dx, bottom: bottom + dy });
  if (to === null) return [box];
  const rows = to.bottom - to.top;
  for (let i = 0; i < rows; i++) {
    // No row is written over before it is moved.
    const y = dy > 0 ? to.bottom - 1 - i : to.top + i;
    const from = (y - dy) * width + to.left - dx;
    pixels.copyWithin(y * width + to.left, from, from + to.right - to.left);
  }
  return without(box, to);
}
