import { expect, test } from 'vitest';
import { referenceImage, referenceWeight } from './deterministic.js';

/** As the reference implementations have it. */
function plain(i: number, t: number): number {
  const x = Math.sin(i * 12.9898 + t * 78.233) * 43758.5453;
  return x - Math.floor(x);
}

test('the numbers are those of the formula, also far out in a series', () => {
  const size = 3_000_001;
  const found = referenceImage([size]).data;
  for (let i = 0; i < size; i += i < 500 ? 1 : 997) {
    expect(Math.abs(Number(found[i]) - (2 * plain(i, 1000) - 1)), `number ${i}`).toBeLessThan(1e-6);
  }
  const weight = referenceWeight('conv.weight', [2, 3, 5, 5], 61).data;
  const bound = Math.sqrt(6 / 75);
  weight.forEach((value, i) => {
    expect(value).toBeCloseTo((2 * plain(i, 61) - 1) * bound, 6);
  });
});
