import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from './connected-components.js';
import { separateByLandscape, separateObjects } from './separate.js';

const SIDE = 64;

const disks = fc
  .array(fc.tuple(fc.nat(SIDE), fc.nat(SIDE), fc.integer({ min: 3, max: 12 })), { maxLength: 8 })
  .map((list) => ({
    width: SIDE,
    height: SIDE,
    data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
      list.some(([x, y, radius]) => Math.hypot((i % SIDE) - x, Math.floor(i / SIDE) - y) <= radius) ? 1 : 0,
    ),
  }));

describe('separateObjects', () => {
  it('cuts connected objects into connected ones, and loses no pixel', () => {
    fc.assert(
      fc.property(disks, (mask) => {
        const whole = connectedComponents(mask, 8);
        const parts = separateObjects(mask, 0.75);
        expect(parts.count).toBeGreaterThanOrEqual(whole.count);
        const seen = new Map<number, number>();
        const first: number[] = [];
        const lost = parts.data.filter((label, i) => {
          if (label !== 0 && !seen.has(label)) {
            first.push(label);
            seen.set(label, whole.data[i] as number);
          }
          return (seen.get(label) ?? 0) !== whole.data[i];
        });
        expect(lost).toHaveLength(0);
        expect(first).toEqual(Array.from({ length: parts.count }, (_, i) => i + 1));
      }),
      { numRuns: 40 },
    );
  });

  it('cuts less with more depth, and with a great one nothing', () => {
    fc.assert(
      fc.property(disks, (mask) => {
        const counts = [0, 0.5, 1, 2, 4, SIDE].map((depth) => separateObjects(mask, depth).count);
        expect(counts).toEqual([...counts].sort((a, b) => b - a));
        expect(counts.at(-1)).toBe(connectedComponents(mask, 8).count);
      }),
      { numRuns: 20 },
    );
  });

  it('takes a picture full of foreground for one object', () => {
    const data = new Uint8Array(12).fill(1);
    expect(separateObjects({ width: 4, height: 3, data }, 1)).toMatchObject({ count: 1 });
    expect(separateObjects({ width: 4, height: 3, data: new Uint8Array(12) }, 1)).toMatchObject({ count: 0 });
  });
});

describe('separateByLandscape', () => {
  const mask = { width: 9, height: 1, data: Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 1, 1) };
  const heights = Float32Array.of(0.2, 0.9, 0.5, 0.4, 0.8, 0.1, 1, 0, 0);

  it('cuts in valleys that are deep enough, and gives every region an object', () => {
    const cut = separateByLandscape(mask, { heights, prominence: 0.3 });
    expect([...cut.data]).toEqual([1, 1, 1, 2, 2, 2, 0, 3, 3]);
    const kept = separateByLandscape(mask, { heights, prominence: 0.5 });
    expect([...kept.data]).toEqual([1, 1, 1, 1, 1, 1, 0, 2, 2]);
  });

  it('is not confused by values that no network should give', () => {
    const odd = heights.map((value, i) => (i === 1 ? Number.NaN : value * 3));
    const { data } = separateByLandscape(mask, { heights: odd, prominence: 0.3 });
    expect([...data].every((label, i) => label > 0 === (mask.data[i] === 1))).toBe(true);
  });

  it('refuses a landscape of another size and prominences that are none', () => {
    const wrong = { heights: new Float32Array(8), prominence: 0.1 };
    expect(() => separateByLandscape(mask, wrong)).toThrow(/its size/);
    expect(() => separateByLandscape(mask, { heights, prominence: 2 })).toThrow(/from 0 to 1/);
  });
});
