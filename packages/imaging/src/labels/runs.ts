import type { LabelImage } from './connected-components.js';

/** Numbers that tell of one run of pixels. */
export const RUN = 4;

/**
 * The runs of objects row by row: of each its label, its row, its first column and the one after its last, four numbers
 * a run.
 */
export function runsOf({ width, height, data }: LabelImage): number[] {
  const runs: number[] = [];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; ) {
      const label = data[row + x] as number;
      if (label === 0) {
        x++;
        continue;
      }
      const start = x++;
      while (x < width && data[row + x] === label) x++;
      runs.push(label, y, start, x);
    }
  }
  return runs;
}
