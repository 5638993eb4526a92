import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_FLIPS, copyFlipped } from './test-time-augmentation.js';

describe('copyFlipped', () => {
  it('flips rows, columns or both', () => {
    const flipped = ALL_FLIPS.map((flip) => {
      const out = new Float32Array(4);
      copyFlipped(Float32Array.of(1, 2, 3, 4), { channels: 1, height: 2, width: 2 }, flip, out, 0);
      return [...out];
    });
    expect(flipped).toEqual([
      [1, 2, 3, 4],
      [3, 4, 1, 2],
      [2, 1, 4, 3],
      [4, 3, 2, 1],
    ]);
  });

  it('undoes itself', () => {
    const side = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(side, side, side, fc.constantFrom(...ALL_FLIPS), (channels, height, width, flip) => {
        const tile = Float32Array.from({ length: channels * height * width }, (_, i) => i);
        const there = new Float32Array(tile.length + 5);
        const back = new Float32Array(tile.length);
        copyFlipped(tile, { channels, height, width }, flip, there, 5);
        copyFlipped(there.subarray(5), { channels, height, width }, flip, back, 0);
        expect(back).toEqual(tile);
      }),
    );
  });
});
