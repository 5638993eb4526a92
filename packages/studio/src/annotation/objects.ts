import type { Rectangle } from '../api.ts';
import type { Labels } from './tools.ts';

/** Numbers the regions of a class that hang together, also over corners, from 1; the background is 0. */
export function numberObjects({ width, height, data }: Labels): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array(data.length);
  const open = new Uint32Array(data.length);
  let last = 0;
  for (let start = 0; start < data.length; start++) {
    const value = data[start];
    if (value === 0 || numbers[start] !== 0) continue;
    last += 1;
    numbers[start] = last;
    open[0] = start;
    for (let count = 1; count > 0; ) {
      count -= 1;
      const pixel = open[count] as number;
      const column = pixel % width;
      const row = (pixel - column) / width;
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
          const next = y * width + x;
          if (numbers[next] !== 0 || data[next] !== value) continue;
          numbers[next] = last;
          open[count] = next;
          count += 1;
        }
      }
    }
  }
  return numbers;
}

/** Of what a stroke that goes on has drawn. */
const GOES_ON = 2 ** 16 - 1;

/** Brings a rectangle of numbers up to date while a stroke goes on: which objects it joins or parts is seen at its end. */
export function followStroke(numbers: Uint32Array, { width, data }: Labels, area: Rectangle): void {
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let i = y * width + area.x; i < y * width + area.x + area.width; i++) {
      numbers[i] = data[i] === 0 ? 0 : numbers[i] || GOES_ON;
    }
  }
}
