import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tileWeights } from './gaussian-window.js';
import { mergeShares } from './merge.js';
import { tileCentres, tileWindow } from './tiles.js';

const lengths = fc.integer({ min: 1, max: 3000 });
const tiles = fc.integer({ min: 1, max: 300 }).map((half) => 2 * half);
const layouts = fc.record({
  borderPadding: fc.double({ min: 0, max: 0.49, noNaN: true }),
  maxShift: fc.double({ min: 0.1, max: 1, noNaN: true }),
});

describe('tileCentres', () => {
  it('covers every pixel of an axis', () => {
    fc.assert(
      fc.property(lengths, tiles, layouts, (length, tile, layout) => {
        const covered = new Uint8Array(length);
        for (const centre of tileCentres(length, tile, layout)) {
          const { imageStart, size } = tileWindow(centre, length, tile);
          covered.fill(1, imageStart, imageStart + size);
        }
        expect(covered.every(Boolean)).toBe(true);
      }),
    );
  });

  it('refuses odd tiles and layouts with gaps', () => {
    const layout = { borderPadding: 0, maxShift: 0.5 };
    expect(() => tileCentres(100, 33, layout)).toThrow(/even/);
    expect(() => tileCentres(100, 32, { ...layout, maxShift: 1.1 })).toThrow(/shift/);
    expect(() => tileCentres(100, 32, { ...layout, borderPadding: 0.5 })).toThrow(/padding/);
  });
});

describe('tileWindow', () => {
  it('is the part of the tile within the image', () => {
    expect(tileWindow(4, 100, 32)).toEqual({ tileStart: 12, imageStart: 0, size: 20 });
    expect(tileWindow(96, 100, 32)).toEqual({ tileStart: 0, imageStart: 80, size: 20 });
    expect(tileWindow(5, 10, 32)).toEqual({ tileStart: 11, imageStart: 0, size: 10 });
  });
});

describe('mergeShares', () => {
  it('adds up to 1 in every pixel', () => {
    fc.assert(
      fc.property(
        lengths,
        tiles,
        layouts,
        fc.constantFrom('gaussian', 'uniform'),
        (length, tile, layout, w) => {
          const windows = tileCentres(length, tile, layout).map((centre) => tileWindow(centre, length, tile));
          const total = new Float64Array(length);
          for (const { window, shares } of mergeShares(windows, tileWeights(tile, w), length)) {
            shares.forEach((share, i) => {
              total[window.imageStart + i] = (total[window.imageStart + i] as number) + share;
            });
          }
          expect(total.every((sum) => Math.abs(sum - 1) < 1e-5)).toBe(true);
        },
      ),
    );
  });
});

describe('tileWeights', () => {
  it('falls off from the middle with a standard deviation of an eighth of the tile', () => {
    const weights = tileWeights(64, 'gaussian');
    expect(weights[31]).toBeCloseTo(Math.exp(-(0.5 ** 2) / 128), 12);
    expect(weights[0]).toBeCloseTo(Math.exp(-(31.5 ** 2) / 128), 12);
    expect(weights[63]).toBe(weights[0]);
  });
});
