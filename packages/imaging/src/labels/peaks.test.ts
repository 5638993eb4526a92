import { describe, expect, it } from 'vitest';
import { prominentPeaks } from './peaks.js';

function peaksOf(heights: readonly number[], prominence: number, width = heights.length): number[] {
  const squares = Uint32Array.from(heights, (height) => height * height);
  return [...prominentPeaks({ width, height: heights.length / width, squares, prominence }).data];
}

describe('prominentPeaks', () => {
  it('keeps hills that rise enough above the way to a higher one', () => {
    const ridge = [1, 5, 3, 4, 2, 9, 1];
    expect(peaksOf(ridge, 0)).toEqual([0, 1, 0, 2, 0, 3, 0]);
    // The second is 1 above its saddle, the first 3.
    expect(peaksOf(ridge, 1)).toEqual([0, 1, 0, 0, 0, 2, 0]);
    expect(peaksOf(ridge, 2.9)).toEqual([0, 1, 0, 0, 0, 2, 0]);
    expect(peaksOf(ridge, 3)).toEqual([0, 0, 0, 0, 0, 1, 0]);
  });

  it('keeps the highest top of each part, however low', () => {
    expect(peaksOf([1, 0, 2, 2, 0, 0], 10)).toEqual([1, 0, 2, 0, 0, 0]);
  });

  it('takes pixels that touch at a corner for neighbours', () => {
    expect(peaksOf([2, 0, 0, 1], 0, 2)).toEqual([1, 0, 0, 0]);
  });

  it('orders heights that are far apart', () => {
    expect(peaksOf([7, 0, 60_000, 8, 9], 0.5)).toEqual([1, 0, 2, 0, 3]);
  });
});
