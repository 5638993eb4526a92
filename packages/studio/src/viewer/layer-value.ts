import type { Point } from '../annotation/tools.ts';
import type { Layer } from './scene.ts';

/** What a layer holds at a place of the image over which it lies, of which it may be a smaller copy; 0 outside. */
export function valueOn(
  { width, height, over, data }: Pick<Layer, 'width' | 'height' | 'over' | 'data'>,
  at: Point,
) {
  const x = Math.floor((at.x * width) / (over?.width ?? width));
  const y = Math.floor((at.y * height) / (over?.height ?? height));
  const isInside = x >= 0 && y >= 0 && x < width && y < height;
  return isInside ? (data[y * width + x] ?? 0) : 0;
}
