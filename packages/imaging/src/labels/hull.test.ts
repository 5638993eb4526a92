import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feretDiameters, hullOfRows, pixelsWithin, type Row } from './hull.js';

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
  it('are the diagonal and the shorter side of a rectangle of whole pixels', () => {
    const rectangle = hullOfRows([0, 11].map((y) => ({ y, left: 0, right: 4 })));
    expect(feretDiameters(rectangle)).toEqual({ max: 13, min: 5 });
    expect(feretDiameters([[3, 3]])).toEqual({ max: Math.SQRT2, min: 1 });
  });

  it('are those of the directions, one by one', () => {
    fc.assert(
      fc.property(shapes, (rows) => {
        const hull = hullOfRows(rows);
        const { max, min } = feretDiameters(hull);
        const corners = hull.flatMap(([x, y]) =>
          HALVES.flatMap((a) => HALVES.map((b) => [x + a, y + b] as const)),
        );
        const widths = Array.from({ length: 3600 }, (_, k) => {
          const [c, s] = [Math.cos((k * Math.PI) / 3600), Math.sin((k * Math.PI) / 3600)];
          const along = corners.map(([x, y]) => x * c + y * s);
          return Math.max(...along) - Math.min(...along);
        });
        expect(Math.abs(Math.max(...widths) - max)).toBeLessThan(0.02);
        expect(Math.abs(Math.min(...widths) - min)).toBeLessThan(0.04);
      }),
      { numRuns: 30 },
    );
  });
});

const HALVES = [-0.5, 0.5];

describe('pixelsWithin', () => {
  it('counts the pixels in the hull of the middles of edges', () => {
    fc.assert(
      fc.property(shapes, (rows) => {
        // In halves of pixels, so that all is whole numbers: each pixel widens its own row and the two beside it.
        const halves = new Map<number, Row>();
        for (const { y, left, right } of rows) {
          for (const [at, more] of [
            [2 * y - 1, 0],
            [2 * y, 1],
            [2 * y + 1, 0],
          ] as const) {
            const known = halves.get(at);
            halves.set(at, {
              y: at,
              left: Math.min(2 * left - more, known?.left ?? Number.POSITIVE_INFINITY),
              right: Math.max(2 * right + more, known?.right ?? Number.NEGATIVE_INFINITY),
            });
          }
        }
        const outer = hullOfRows([...halves.values()].sort((a, b) => a.y - b.y));
        const holds = (x: number, y: number): boolean =>
          outer.every(([x0, y0], i) => {
            const [x1, y1] = outer[(i + 1) % outer.length] ?? [x0, y0];
            return (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0;
          });
        let pixels = 0;
        for (let y = 0; y <= 36; y++) for (let x = 0; x <= 12; x++) if (holds(2 * x, 2 * y)) pixels++;
        expect(pixelsWithin(hullOfRows(rows))).toBe(pixels);
      }),
    );
  });
});
