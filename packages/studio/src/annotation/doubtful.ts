/** Where the networks are least sure, so that people look there first. */
import type { Pixels } from '../api.ts';
import type { Point } from './tools.ts';

/** Side of the squares over which uncertainty is averaged, in pixels, and how many are told. */
const SIDE = 32;
const MOST = 30;
/** Squares less uncertain than this are not worth a look. */
const LEAST = 0.02;

/** The middles of the most uncertain squares of a map, the worst first, in pixels of the image over which it lies. */
export function doubtfulPlaces({ width, height, over, data }: Pixels): Point[] {
  const found: (Point & { readonly mean: number })[] = [];
  for (let top = 0; top < height; top += SIDE) {
    for (let left = 0; left < width; left += SIDE) {
      const [right, bottom] = [Math.min(width, left + SIDE), Math.min(height, top + SIDE)];
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) sum += data[y * width + x] as number;
      }
      const mean = sum / ((right - left) * (bottom - top));
      if (mean >= LEAST) found.push({ x: (left + right) / 2, y: (top + bottom) / 2, mean });
    }
  }
  const [across, down] = [(over?.width ?? width) / width, (over?.height ?? height) / height];
  return found
    .sort((a, b) => b.mean - a.mean)
    .slice(0, MOST)
    .map(({ x, y }) => ({ x: x * across, y: y * down }));
}
