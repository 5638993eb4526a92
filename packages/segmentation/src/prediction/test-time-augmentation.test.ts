import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_FLIPS, ALL_VIEWS, copyViewed, viewWalk, walkBack } from './test-time-augmentation.js';

const square = { channels: 1, height: 2, width: 2 };

describe('copyViewed', () => {
  it('flips rows, columns or both, turns and flips over the diagonals', () => {
    const viewed = ALL_VIEWS.map((view) => {
      const out = new Float32Array(4);
      copyViewed(Float32Array.of(1, 2, 3, 4), square, viewWalk(view, 2, 2), out, 0);
      return [...out];
    });
    expect(viewed).toEqual([
      [1, 2, 3, 4],
      [3, 4, 1, 2],
      [2, 1, 4, 3],
      [4, 3, 2, 1],
      [2, 4, 1, 3],
      [3, 1, 4, 2],
      [1, 3, 2, 4],
      [4, 2, 3, 1],
    ]);
  });

  it('is undone by the walk back', () => {
    const side = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(side, side, side, fc.constantFrom(...ALL_VIEWS), (channels, height, other, view) => {
        const width = (ALL_FLIPS as readonly string[]).includes(view) ? other : height;
        const shape = { channels, height, width };
        const tile = Float32Array.from({ length: channels * height * width }, (_, i) => i);
        const there = new Float32Array(tile.length + 5);
        const back = new Float32Array(tile.length);
        copyViewed(tile, shape, viewWalk(view, height, width), there, 5);
        copyViewed(there.subarray(5), shape, walkBack(view, height, width), back, 0);
        expect(back).toEqual(tile);
      }),
    );
  });

  it('turns no oblongs', () => {
    expect(() => viewWalk('left', 2, 3)).toThrow(/square/);
  });
});
