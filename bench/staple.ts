/** STAPLE of five experts' masks of 1024x1024 pixels. */
import { createRandom } from '@deepflash/engine';
import { staple } from '@deepflash/segmentation';
import { median } from './median.js';

/** Median seconds of several runs. */
export function timeStaple(rounds: number): number {
  const ratings = fiveExperts(1024);
  const seconds = Array.from({ length: rounds + 1 }, () => {
    const start = performance.now();
    staple(ratings, { classes: 2 });
    return (performance.now() - start) / 1000;
  });
  // The first run compiles.
  return median(seconds.slice(1));
}

/** Discs that experts draw in different sizes, and that each overlooks now and then. */
function fiveExperts(side: number): Uint8Array[] {
  const random = createRandom('staple bench');
  const discs = Array.from({ length: 150 }, () => ({
    row: random.next() * side,
    column: random.next() * side,
    radius: 8 + 10 * random.next(),
  }));
  return Array.from({ length: 5 }, () => {
    const mask = new Uint8Array(side * side);
    for (const { row, column, radius } of discs) {
      if (random.next() < 0.15) continue;
      const drawn = radius + 3 * random.next();
      for (let y = Math.max(0, Math.ceil(row - drawn)); y < Math.min(side, row + drawn); y++) {
        for (let x = Math.max(0, Math.ceil(column - drawn)); x < Math.min(side, column + drawn); x++) {
          if (Math.hypot(y - row, x - column) < drawn) mask[y * side + x] = 1;
        }
      }
    }
    return mask;
  });
}
