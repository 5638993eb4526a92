import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feretDiameters, hullOfRows, latticePoints, type Row } from './hull.js';

const shapes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(12), fc.nat(12)), { minLength: 1, maxLength: 12 })
  .map((steps) => {
    let y = 0;
    return steps.map(([down, a, b]): Row => {
      y += down;
      return { y, left: Math.min(a, b), right: Math.max(a, b) };
    });
  });

describe('hullOfRows', () => {
  it('holds every point and turns right at every corner', () => {
    fc.assert(
      fc.property(shapes, (rows) => {
        const hull = hullOfRows(rows);
        const points = rows.flatMap(({ y, left, right }) => [[left, y] as const, [right, y] as const]);
        hull.forEach(([x0, y0], i) => {
          const [x1, y1] = hull[(i + 1) % hull.length] ?? [x0, y0];
          const turn = (x: number, y: number) => (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0);
          for (const [x, y] of points) expect(turn(x, y)).toBeGreaterThanOrEqual(0);
          const [x2, y2] = hull[(i + 2) % hull.length] ?? [x0, y0];
          if (hull.length > 2) expect(turn(x2, y2)).toBeGreaterThan(0);
          expect(points).toContainEqual([x0, y0]);
        });
      }),
    );
  });

  it('is a corner or two where there is no area', () => {
    expect(hullOfRows([{ y: 3, left: 5, right: 5 }])).toEqual([[5, 3]]);
    expect(hullOfRows([1, 2, 3].map((y) => ({ y, left: y, right: y })))).toEqual([
      [1, 1],
      [3, 3],
    ]);
  });
});

describe('feretDiameters', () => {
  it('are the diagonal and the shorter side of a rectangle', () => {
    const rectangle = hullOfRows([0, 12].map((y) => ({ y, left: 0, right: 5 })));
    expect(feretDiameters(rectangle)).toEqual({ max: 13, min: 5 });
  });

  it('are those of the directions, one by one', () => {
    fc.assert(
      fc.property(shapes, (rows) => {
        const hull = hullOfRows(rows);
        const { max, min } = feretDiameters(hull);
        const widths = Array.from({ length: 3600 }, (_, k) => {
          const [c, s] = [Math.cos((k * Math.PI) / 3600), Math.sin((k * Math.PI) / 3600)];
          const along = hull.map(([x, y]) => x * c + y * s);
          return Math.max(...along) - Math.min(...along);
        });
        expect(Math.abs(Math.max(...widths) - max)).toBeLessThan(0.02);
        expect(Math.abs(Math.min(...widths) - min)).toBeLessThan(0.04);
      }),
      { numRuns: 30 },
    );
  });
});

describe('latticePoints', () => {
  it('follows Pick’s theorem', () => {
    fc.assert(
      fc.property(shapes, (rows) => {
        const hull = hullOfRows(rows);
        let doubleArea = 0;
        let onBorder = 0;
        hull.forEach(([x0, y0], i) => {
          const [x1, y1] = hull[(i + 1) % hull.length] ?? [x0, y0];
          doubleArea += x0 * y1 - x1 * y0;
          onBorder += divisor(Math.abs(x1 - x0), Math.abs(y1 - y0));
        });
        expect(latticePoints(hull)).toBe(hull.length === 1 ? 1 : (doubleArea + onBorder) / 2 + 1);
      }),
    );
  });
});

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
