import { readFileSync } from 'node:fs';
import type { Mask } from '@deepflash/imaging';
import { describe, expect, it } from 'vitest';
import { surfaceDistances } from './surface-distance.js';

interface Answer {
  readonly width: number;
  readonly prediction: string;
  readonly target: string;
  readonly hausdorff95: number;
  readonly mean: number;
}

const { surfaces }: { surfaces: Answer[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/metrics/metrics.json', import.meta.url), 'utf8'),
);

function maskOf(width: number, digits: string): Mask {
  return { width, height: digits.length / width, data: Uint8Array.from(digits, Number) };
}

function square(x: number, y: number, side: number): Mask {
  const data = Uint8Array.from({ length: 900 }, (_, i) => {
    const [dx, dy] = [(i % 30) - x, Math.floor(i / 30) - y];
    return dx >= 0 && dy >= 0 && dx < side && dy < side ? 1 : 0;
  });
  return { width: 30, height: 30, data };
}

describe('surfaceDistances', () => {
  it.each(surfaces)('equal those of SciPy’s distance transform %#', ({ width, ...answer }) => {
    const found = surfaceDistances(maskOf(width, answer.prediction), maskOf(width, answer.target));
    expect(found?.hausdorff95).toBeCloseTo(answer.hausdorff95, 9);
    expect(found?.mean).toBeCloseTo(answer.mean, 9);
  });

  it('are the width of a frame around a square', () => {
    // All 20 pixels of the inner surface and 24 of the outer one are 2 away; at the corners it is farther.
    const inner = square(10, 10, 6);
    const outer = square(8, 8, 10);
    const corner = 2 * Math.SQRT2 + 2 * Math.sqrt(5);
    expect(surfaceDistances(outer, inner)?.mean).toBeCloseTo((2 * 20 + 24 * 2 + 4 * corner) / 56, 9);
    expect(surfaceDistances(outer, inner)?.hausdorff95).toBeCloseTo(2 * Math.SQRT2, 9);
    expect(surfaceDistances(inner, outer)?.hausdorff95).toBeCloseTo(2 * Math.SQRT2, 9);
  });

  it('are the distance of two points', () => {
    expect(surfaceDistances(square(3, 4, 1), square(6, 8, 1))).toEqual({ hausdorff95: 5, mean: 5 });
  });

  it('are 0 for equal masks and for empty ones, and none where one alone is empty', () => {
    const empty = square(0, 0, 0);
    const some = square(5, 5, 7);
    expect(surfaceDistances(some, some)).toEqual({ hausdorff95: 0, mean: 0 });
    expect(surfaceDistances(empty, empty)).toEqual({ hausdorff95: 0, mean: 0 });
    expect(surfaceDistances(some, empty)).toBeNull();
    expect(surfaceDistances(empty, some)).toBeNull();
  });

  it('hardly notice a few pixels far away', () => {
    const large = square(4, 4, 20);
    const speck = { ...large, data: large.data.with(29, 1) };
    expect(surfaceDistances(speck, large)?.hausdorff95).toBe(0);
  });

  it('refuse masks of different sizes', () => {
    expect(() => surfaceDistances(square(0, 0, 1), maskOf(2, '01'))).toThrow(
      /30 x 30 pixels, the mask 2 x 1/,
    );
  });
});
