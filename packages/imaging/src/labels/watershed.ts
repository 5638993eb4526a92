import type { LabelImage } from './connected-components.js';
import type { Mask } from './distance-transform.js';

// Water rises from the markers: the lowest pixel that water has reached passes its label on to its neighbours, and
// among equally low ones the pixel that was reached first. Each pixel is reached once, so that the queue of a level
// is a chain through the pixels (F. Meyer, "Topographic distance and watershed lines", Signal Processing 38, 1994).

export interface WatershedOptions {
  /** [height, width]; finite numbers. Low is where water stands first. */
  readonly surface: ArrayLike<number>;
  /** Where water comes from: labels 1..count. */
  readonly markers: LabelImage;
  /** Where water may flow; markers outside of it are left out. */
  readonly mask: Mask;
  /** Whether water flows over edges of pixels (4) or over corners as well (8). */
  readonly connectivity: 4 | 8;
}

/**
 * Extends markers over a mask by flooding a surface, without lines between basins: what
 * `skimage.segmentation.watershed` does, except that of equally low marker pixels the first row by row floods
 * first. Parts of the mask without a marker stay 0.
 *
 * @throws RangeError when the sizes differ or the surface has a value that is not finite.
 */
export function watershed({ surface, markers, mask, connectivity }: WatershedOptions): LabelImage {
  const { width, height, count } = markers;
  const pixels = width * height;
  if (surface.length !== pixels || mask.width !== width || mask.height !== height) {
    throw new RangeError('The surface, the markers and the mask of a watershed must be of one size.');
  }
  const level = levelsOf(surface);
  const levels = level.reduce((a, b) => Math.max(a, b), 0) + 1;
  const labels = new Uint32Array(pixels);
  // Chains of pixels that wait at each level, by pixel number + 1 (0: none).
  const head = new Uint32Array(levels);
  const tail = new Uint32Array(levels);
  const next = new Uint32Array(pixels);
  let lowest = levels;
  const reach = (pixel: number, label: number): void => {
    const at = level[pixel] as number;
    labels[pixel] = label;
    if (head[at] === 0) head[at] = pixel + 1;
    else next[(tail[at] as number) - 1] = pixel + 1;
    tail[at] = pixel + 1;
    if (at < lowest) lowest = at;
  };
  for (let i = 0; i < pixels; i++) {
    const label = markers.data[i] as number;
    if (label !== 0 && mask.data[i] !== 0) reach(i, label);
  }
  const visit = (pixel: number, label: number): void => {
    if (labels[pixel] === 0 && mask.data[pixel] !== 0) reach(pixel, label);
  };
  while (lowest < levels) {
    const pixel = (head[lowest] as number) - 1;
    if (pixel < 0) {
      lowest++;
      continue;
    }
    head[lowest] = next[pixel] as number;
    const label = labels[pixel] as number;
    const x = pixel % width;
    const [left, right] = [x > 0, x + 1 < width];
    const [up, down] = [pixel >= width, pixel + width < pixels];
    if (up) visit(pixel - width, label);
    if (left) visit(pixel - 1, label);
    if (right) visit(pixel + 1, label);
    if (down) visit(pixel + width, label);
    if (connectivity === 4) continue;
    if (up && left) visit(pixel - width - 1, label);
    if (up && right) visit(pixel - width + 1, label);
    if (down && left) visit(pixel + width - 1, label);
    if (down && right) visit(pixel + width + 1, label);
  }
  return { width, height, count, data: labels };
}

/** Whole numbers from 0 in the order of the values: differences from the least, or else ranks. */
function levelsOf(surface: ArrayLike<number>): Uint32Array {
  const levels = new Uint32Array(surface.length);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let whole = true;
  for (let i = 0; i < surface.length; i++) {
    const value = surface[i] as number;
    if (!Number.isFinite(value))
      throw new RangeError(`A watershed cannot flood a surface of height ${value}.`);
    if (value < least) least = value;
    if (value > most) most = value;
    whole &&= Number.isInteger(value);
  }
  if (whole && most - least <= 4 * surface.length) {
    for (let i = 0; i < levels.length; i++) levels[i] = (surface[i] as number) - least;
    return levels;
  }
  const values = Float64Array.from(surface);
  const order = Uint32Array.from(levels.keys()).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || a - b,
  );
  let rank = 0;
  for (let k = 0; k < order.length; k++) {
    const pixel = order[k] as number;
    if (k > 0 && values[pixel] !== values[order[k - 1] as number]) rank++;
    levels[pixel] = rank;
  }
  return levels;
}
