import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceTransform, type Mask, NO_BACKGROUND, squaredDistances } from './distance-transform.js';

const masks = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 20 }))
  .chain(([width, height, rarity]) =>
    fc
      .array(fc.nat(rarity), { minLength: width * height, maxLength: width * height })
      .map((values) => ({ width, height, data: Uint8Array.from(values) })),
  );

describe('squaredDistances', () => {
  it('is the least of all distances to background', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        expect([...squaredDistances(mask)]).toEqual(leastOfAll(mask));
      }),
      { numRuns: 300 },
    );
  });
});

describe('distanceTransform', () => {
  it('counts from centre to centre, and takes what lies outside for no background', () => {
    const data = Uint8Array.from([0, 1, 1, 1, 9, 1]);
    expect([...distanceTransform({ width: 3, height: 2, data })]).toEqual([
      0,
      1,
      2,
      1,
      Math.fround(Math.SQRT2),
      Math.fround(Math.sqrt(5)),
    ]);
  });

  it('is infinite without background', () => {
    const data = Uint8Array.from([1, 1]);
    expect([...distanceTransform({ width: 2, height: 1, data })]).toEqual([Infinity, Infinity]);
  });
});

function leastOfAll({ width, data }: Mask): number[] {
  return Array.from(data, (value, i) => {
    if (value === 0) return 0;
    let least = NO_BACKGROUND;
    data.forEach((other, j) => {
      if (other !== 0) return;
      const dx = (i % width) - (j % width);
      const dy = Math.floor(i / width) - Math.floor(j / width);
      least = Math.min(least, dx * dx + dy * dy);
    });
    return least;
  });
}
