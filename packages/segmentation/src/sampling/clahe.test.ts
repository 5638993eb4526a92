import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalizeAdaptively } from './clahe.js';

const reference: { side: number; every: number; clahe: Record<string, number[]> } = JSON.parse(
  readFileSync(new URL('../../fixtures/sampling/clahe.json', import.meta.url), 'utf8'),
);

/** The picture of the fixture: slow waves and fine grain, from 0 to 255. */
function waves(side: number): Float32Array {
  const data = Float32Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    return (Math.floor((x * x + 3 * y * y) / 700) + ((x * 7919 + y * 10473) % 41)) % 256;
  });
  data.set([0, 255]);
  return data;
}

describe('equalizeAdaptively', () => {
  it.each(Object.keys(reference.clahe))('agrees with OpenCV at clip limit %s', (limit) => {
    const { side, every, clahe } = reference;
    const data = waves(side);
    equalizeAdaptively({ height: side, width: side, data }, Number(limit));
    const differences = (clahe[limit] ?? []).map((value, k) => Math.abs(value - (data[k * every] as number)));
    // OpenCV rounds to whole numbers twice.
    expect(Math.max(...differences)).toBeLessThanOrEqual(1.01);
  });

  it('stays within the range, keeps flat planes, and leaves what is no number', () => {
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.nat(),
        fc.double({ min: 0.1, max: 40, noNaN: true }),
        (h, w, seed, limit) => {
          const data = Float32Array.from({ length: h * w }, (_, i) => ((i * 7919 + seed) % 1009) - 300);
          const [lowest, highest] = [Math.min(...data), Math.max(...data)];
          equalizeAdaptively({ height: h, width: w, data }, limit);
          expect(Math.min(...data)).toBeGreaterThanOrEqual(lowest - 1e-3);
          expect(Math.max(...data)).toBeLessThanOrEqual(highest + 1e-3);
        },
      ),
    );
    const flat = new Float32Array(64).fill(5);
    equalizeAdaptively({ height: 8, width: 8, data: flat }, 4);
    expect(new Set(flat)).toEqual(new Set([5]));
    const odd = Float32Array.of(Number.NaN, 1, Infinity, 2);
    equalizeAdaptively({ height: 2, width: 2, data: odd }, 4);
    expect([odd[0], odd[2]]).toEqual([Number.NaN, Infinity]);
  });
});
