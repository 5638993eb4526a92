import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elasticField } from './elastic-field.js';

function displacements(reach: number, spacing: number, seed: number, height: number, width: number) {
  const field = elasticField({ reach, spacing, seed }, { height, width });
  return Array.from({ length: height }, (_, y) => {
    const down = new Float64Array(width);
    const right = new Float64Array(width);
    field.row(y, down, right);
    return { down, right };
  });
}

describe('elasticField', () => {
  it('moves no pixel too far, never folds, and depends on its seed alone', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 4, max: 60, noNaN: true }),
        fc.integer({ min: 2, max: 36 }),
        (seed, spacing, side) => {
          const reach = 0.45 * spacing;
          const field = displacements(reach, spacing, seed, side, side + 3);
          expect(displacements(reach, spacing, seed, side, side + 3)).toEqual(field);
          let [farthest, nearest] = [0, 1];
          field.forEach(({ down, right }, y) => {
            for (let x = 0; x < right.length; x++) {
              farthest = Math.max(farthest, Math.abs(down[x] as number), Math.abs(right[x] as number));
              if (x > 0) nearest = Math.min(nearest, 1 + (right[x] as number) - (right[x - 1] as number));
              const above = field[y - 1];
              if (above) nearest = Math.min(nearest, 1 + (down[x] as number) - (above.down[x] as number));
            }
          });
          expect(farthest).toBeLessThanOrEqual(reach);
          // Neighbours keep their order.
          expect(nearest).toBeGreaterThan(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('bends gently: second differences shrink with the square of the spacing', () => {
    for (const spacing of [16, 32]) {
      const [{ right } = { right: new Float64Array() }] = displacements(1, spacing, 3, 1, 200);
      const bends = [...right.slice(2)].map(
        (value, i) => value - 2 * (right[i + 1] as number) + (right[i] as number),
      );
      // The second derivative lies between the second differences of the points, at most 4 reach / spacing^2.
      expect(Math.max(...bends.map(Math.abs))).toBeLessThanOrEqual(4 / spacing ** 2);
      expect(Math.max(...right) - Math.min(...right)).toBeGreaterThan(0.3);
    }
  });
});
