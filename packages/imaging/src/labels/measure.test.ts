import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '../image.js';
import type { LabelImage } from './connected-components.js';
import { measureObjects } from './measure.js';

function scene(width: number, height: number, labelAt: (x: number, y: number) => number): LabelImage {
  const data = Uint32Array.from({ length: width * height }, (_, i) =>
    labelAt(i % width, Math.floor(i / width)),
  );
  return { width, height, count: data.reduce((a, b) => Math.max(a, b), 0), data };
}

function upright(x0: number, y0: number, width: number, height: number): LabelImage {
  return scene(40, 40, (x, y) => (x >= x0 && x < x0 + width && y >= y0 && y < y0 + height ? 1 : 0));
}

describe('measureObjects', () => {
  it('knows the shape of a rectangle', () => {
    const side = fc.integer({ min: 2, max: 20 });
    fc.assert(
      fc.property(fc.nat(19), fc.nat(19), side, side, (x, y, width, height) => {
        const [one] = measureObjects(upright(x, y, width, height));
        expect(one).toMatchObject({
          label: 1,
          area: width * height,
          box: { x, y, width, height },
          perimeter: 2 * (width + height) - 4,
          feretMax: Math.hypot(width, height),
          feretMin: Math.min(width, height),
          solidity: 1,
          intensities: [],
        });
        expect(one?.centroid.x).toBeCloseTo(x + (width - 1) / 2, 9);
        expect(one?.centroid.y).toBeCloseTo(y + (height - 1) / 2, 9);
        // The second moments of n equal steps of 1.
        const axis = (n: number) => 4 * Math.sqrt((n * n - 1) / 12);
        expect(one?.majorAxis).toBeCloseTo(axis(Math.max(width, height)), 6);
        expect(one?.minorAxis).toBeCloseTo(axis(Math.min(width, height)), 6);
        if (width > height) expect(one?.orientation).toBeCloseTo(0, 6);
        if (height > width) expect(one?.orientation).toBeCloseTo(90, 6);
      }),
    );
  });

  it('tells the angle counterclockwise as seen on screen', () => {
    // A bar that rises to the right.
    const [rising] = measureObjects(scene(30, 30, (x, y) => (Math.abs(x + y - 29) <= 1 ? 1 : 0)));
    expect(rising?.orientation).toBeCloseTo(45, 6);
    expect(rising?.eccentricity).toBeGreaterThan(0.99);
  });

  it('comes near to a disk’s roundness', () => {
    const [disk] = measureObjects(scene(101, 101, (x, y) => (Math.hypot(x - 50, y - 50) <= 40 ? 1 : 0)));
    expect(disk?.circularity).toBeGreaterThan(0.9);
    expect(disk?.solidity).toBeGreaterThan(0.98);
    expect(disk?.eccentricity).toBeCloseTo(0, 6);
    expect(Math.abs((disk?.feretMax ?? 0) - 81)).toBeLessThan(1);
    expect(Math.abs((disk?.feretMin ?? 0) - 81)).toBeLessThan(1);
  });

  it('has a number for everything in a single pixel', () => {
    expect(measureObjects(upright(3, 4, 1, 1))).toEqual([
      {
        label: 1,
        area: 1,
        centroid: { x: 3, y: 4 },
        box: { x: 3, y: 4, width: 1, height: 1 },
        perimeter: 0,
        circularity: 1,
        feretMax: Math.SQRT2,
        feretMin: 1,
        majorAxis: 0,
        minorAxis: 0,
        eccentricity: 0,
        orientation: 0,
        solidity: 1,
        intensities: [],
      },
    ]);
  });

  it('adds up the brightness of each channel', () => {
    const labels = scene(4, 1, (x) => [1, 0, 3, 3][x] ?? 0);
    const picture: Image = {
      width: 4,
      height: 1,
      channels: 2,
      dtype: 'float32',
      data: Float32Array.from([1, -1, 50, 50, 2, -2, 4, -5]),
    };
    expect(measureObjects(labels, picture).map(({ label, intensities }) => [label, ...intensities])).toEqual([
      [1, { mean: 1, sum: 1, max: 1 }, { mean: -1, sum: -1, max: -1 }],
      [3, { mean: 3, sum: 6, max: 4 }, { mean: -3.5, sum: -7, max: -2 }],
    ]);
  });

  it('measures nothing where nothing is, and refuses a picture of another size', () => {
    const empty = scene(5, 3, () => 0);
    const picture: Image = { width: 3, height: 5, channels: 1, dtype: 'uint8', data: new Uint8Array(15) };
    expect(measureObjects(empty)).toEqual([]);
    expect(() => measureObjects(empty, picture)).toThrow(RangeError);
  });
});
