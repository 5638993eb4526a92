import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirrored } from '../sampling/mirror.js';
import { mirroredPositions, readTile } from './read-tile.js';

describe('mirroredPositions', () => {
  it('are the tile’s own mirrored pixels, but for the outermost, which lie between two pixels', () => {
    const sides = fc.integer({ min: 1, max: 2000 });
    const halves = fc.integer({ min: 2, max: 256 });
    fc.assert(
      fc.property(sides, halves, fc.integer({ min: -300, max: 2300 }), (length, half, centre) => {
        const positions = mirroredPositions(centre, length, 2 * half, 1);
        for (let i = 1; i < 2 * half - 1; i++) {
          expect(positions[i]).toBe(mirrored(centre - half + i, length));
        }
        const last = centre + half - 1;
        expect([mirrored(centre - half - 1, length), mirrored(centre - half, length)]).toContain(
          positions[0],
        );
        expect([mirrored(last, length), mirrored(last + 1, length)]).toContain(positions[2 * half - 1]);
      }),
    );
  });
});

describe('readTile', () => {
  it('normalises each channel and puts the mean for what is no number', () => {
    const planes = {
      channels: 2,
      height: 1,
      width: 3,
      data: Float32Array.of(1, 2, 3, 10, Number.NaN, Number.NEGATIVE_INFINITY),
    };
    const out = new Float32Array(6);
    readTile(planes, Int32Array.of(0), Int32Array.of(2, 1, 0), { means: [1, 8], stds: [2, 4] }, out);
    expect([...out]).toEqual([1, 0.5, 0, 0, 0, 0.5]);
  });

  it('puts the mean for what single precision cannot hold, also within a model that takes raw values', () => {
    const planes = { channels: 1, height: 1, width: 3, data: Float32Array.of(-3.4e38, 7, Number.NaN) };
    const all = Int32Array.of(0, 1, 2);
    const own = { means: [5], stds: [0.1] };
    const out = new Float32Array(3);
    readTile(planes, Int32Array.of(0), all, own, out);
    expect([...out]).toEqual([0, 20, 0]);
    readTile(planes, Int32Array.of(0), all, { means: [0], stds: [1], within: own }, out);
    expect([...out]).toEqual([5, 7, 5]);
  });
});
