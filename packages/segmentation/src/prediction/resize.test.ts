import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resizeBilinear } from './resize.js';

describe('resizeBilinear', () => {
  it('interpolates between pixel centres', () => {
    const got = resizeBilinear(Float32Array.of(0, 4), 1, { height: 1, width: 2 }, { height: 2, width: 4 });
    expect([...got]).toEqual([0, 1, 3, 4, 0, 1, 3, 4]);
  });

  it('keeps a plane that is a ramp a ramp, away from the border', () => {
    const side = fc.integer({ min: 2, max: 20 });
    fc.assert(
      fc.property(side, side, (from, to) => {
        const data = Float32Array.from({ length: from }, (_, i) => i);
        const got = resizeBilinear(data, 1, { height: 1, width: from }, { height: 1, width: to });
        got.forEach((value, i) => {
          const centre = ((i + 0.5) * from) / to - 0.5;
          expect(value).toBeCloseTo(Math.min(Math.max(centre, 0), from - 1), 4);
        });
      }),
    );
  });
});
