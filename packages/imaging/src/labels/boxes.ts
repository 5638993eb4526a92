import type { LabelImage } from './connected-components.js';

/**
 * The smallest upright rectangle around each object: of label n at 4 n its first column and row and, exclusive, its last
 * ones. Of labels without pixels the last are 0.
 */
export function boxesOf({ width, height, count, data }: LabelImage): Int32Array {
  const boxes = new Int32Array(4 * (count + 1));
  for (let label = 0; label <= count; label++) {
    boxes[4 * label] = width;
    boxes[4 * label + 1] = height;
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = data[i] as number;
      if (label === 0) continue;
      const at = 4 * label;
      if (x < (boxes[at] as number)) boxes[at] = x;
      if (y < (boxes[at + 1] as number)) boxes[at + 1] = y;
      if (x >= (boxes[at + 2] as number)) boxes[at + 2] = x + 1;
      boxes[at + 3] = y + 1;
    }
  }
  return boxes;
}
