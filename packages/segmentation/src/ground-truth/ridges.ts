import type { LabelImage } from '../metrics/objects.js';

/**
 * The foreground of objects, with lines of background between objects that touch, so that a network can learn to keep
 * them apart. As preprocess_mask of deepFlash2 (with OpenCV), where lines are one pixel wide: a morphological
 * closing (3 x 3) finds the objects that reach close to another; these are drawn after all others, in
 * ascending order of their labels, without the pixels that have foreground among their eight neighbours.
 * The closing fills no gap at a straight border without a notch, so two such objects stay joined, as they do there.
 *
 * @param scale pixels of the image for one that a network sees: the lines are at least as wide, or most of them would be
 * lost where the image is reduced. Default: 1.
 * @returns 0 or 1 per pixel
 */
export function separateInstances(labels: LabelImage, scale = 1): Uint8Array {
  const { width, height, data } = labels;
  const candidates = grownByClosing(labels);
  const mask = new Uint8Array(data.length);
  const pixels = new Map([...candidates].sort((a, b) => a - b).map((label) => [label, [] as number[]]));
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    const late = pixels.get(label);
    if (late !== undefined) late.push(i);
    else if (label !== 0) mask[i] = 1;
  }
  for (const object of pixels.values()) {
    const free = object.filter((i) => !touchesForeground(i));
    for (const i of free) mask[i] = 1;
  }
  if (scale > 1) widenLines(mask, labels, Math.ceil((scale - 1) / 2));
  return mask;

  function touchesForeground(pixel: number): boolean {
    const column = pixel % width;
    const row = (pixel - column) / width;
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
        if (mask[y * width + x] === 1) return true;
      }
    }
    return false;
  }
}

/** Takes what is within so many rows and columns of a line from the foreground. */
function widenLines(mask: Uint8Array, { width, height, data }: LabelImage, reach: number): void {
  const lines: number[] = [];
  for (let i = 0; i < data.length; i++) if (data[i] !== 0 && mask[i] === 0) lines.push(i);
  for (const pixel of lines) {
    const column = pixel % width;
    const row = (pixel - column) / width;
    const [left, right] = [Math.max(0, column - reach), Math.min(width - 1, column + reach)];
    for (let y = Math.max(0, row - reach); y <= Math.min(height - 1, row + reach); y++) {
      mask.fill(0, y * width + left, y * width + right + 1);
    }
  }
}

/** The labels that a closing of the label image extends to further pixels. */
function grownByClosing({ width, height, data }: LabelImage): Set<number> {
  const closed = extreme(extreme(data, width, height, Math.max), width, height, Math.min);
  const grown = new Set<number>();
  for (let i = 0; i < data.length; i++) if (closed[i] !== data[i]) grown.add(closed[i] as number);
  grown.delete(0);
  return grown;
}

/** The largest or smallest label in the 3 x 3 pixels around each pixel; pixels outside do not count. */
function extreme(
  data: Uint32Array,
  width: number,
  height: number,
  choose: (a: number, b: number) => number,
): Uint32Array {
  const rows = new Uint32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const x = i % width;
    let value = data[i] as number;
    if (x > 0) value = choose(value, data[i - 1] as number);
    if (x < width - 1) value = choose(value, data[i + 1] as number);
    rows[i] = value;
  }
  const result = new Uint32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    let value = rows[i] as number;
    if (i >= width) value = choose(value, rows[i - width] as number);
    if (i < width * (height - 1)) value = choose(value, rows[i + width] as number);
    result[i] = value;
  }
  return result;
}
