import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridDisplacements } from './grid-distortion.js';

describe('gridDisplacements', () => {
  it('moves nothing where all parts are alike', () => {
    for (const moved of gridDisplacements([0.25, 0.25, 0.25, 0.25], 30)) expect(moved).toBeCloseTo(0, 12);
  });

  it('shows parts of the sizes that are given', () => {
    // The first half shows a quarter of 8 pixels, the second three quarters.
    const places = [...gridDisplacements([0.25, 0.75], 8)].map((moved, i) => i + 0.5 + moved);
    expect(places).toEqual([0.25, 0.75, 1.25, 1.75, 2.75, 4.25, 5.75, 7.25]);
  });

  it('keeps the order and the ends', () => {
    const parts = fc.array(fc.double({ min: 0.1, max: 1.9, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 99 }), (sizes, length) => {
        const sum = sizes.reduce((total, size) => total + size, 0);
        const moved = gridDisplacements(
          sizes.map((size) => size / sum),
          length,
        );
        const places = [...moved].map((by, i) => i + 0.5 + by);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(places[0]).toBeGreaterThan(0);
        expect(places.at(-1)).toBeLessThan(length);
      }),
    );
  });
});
