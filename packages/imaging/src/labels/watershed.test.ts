import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents, type LabelImage } from './connected-components.js';
import { watershed } from './watershed.js';

function row(...values: readonly number[]): LabelImage {
  return { width: values.length, height: 1, count: Math.max(...values), data: Uint32Array.from(values) };
}

function maskRow(...values: readonly number[]) {
  return { width: values.length, height: 1, data: Uint8Array.from(values) };
}

describe('watershed', () => {
  it('meets where the surface is highest', () => {
    const surface = [0, 1, 2, 9, 3, 2, 0];
    const markers = row(1, 0, 0, 0, 0, 0, 2);
    const mask = maskRow(1, 1, 1, 1, 1, 1, 1);
    const basins = watershed({ surface, markers, mask, connectivity: 4 });
    // Both sides reach the ridge; from the lower one (2) it is reached first.
    expect([...basins.data]).toEqual([1, 1, 1, 1, 2, 2, 2]);
  });

  it('shares a plain by how near it is', () => {
    const mask = maskRow(1, 1, 1, 1, 1, 1, 0, 1);
    const markers = row(1, 0, 0, 0, 0, 2, 0, 0);
    const basins = watershed({ surface: new Float32Array(8), markers, mask, connectivity: 8 });
    expect([...basins.data]).toEqual([1, 1, 1, 2, 2, 2, 0, 0]);
  });

  it('orders heights of any size and fraction', () => {
    const markers = row(1, 0, 0, 0, 2);
    const mask = maskRow(1, 1, 1, 1, 1);
    for (const scale of [1e-12, 0.1, 1, 1e9]) {
      const surface = [-5, -3, 7, 1, -5].map((value) => value * scale);
      const { data } = watershed({ surface, markers, mask, connectivity: 4 });
      expect([...data]).toEqual([1, 1, 1, 2, 2]);
    }
  });

  it('floods all that a marker reaches, in one piece for each marker', () => {
    const pixels = 63;
    const values = (most: number) => fc.array(fc.nat(most), { minLength: pixels, maxLength: pixels });
    fc.assert(
      fc.property(
        values(3),
        values(20),
        values(9),
        fc.constantFrom<4 | 8>(4, 8),
        (bits, spots, surface, connectivity) => {
          const size = { width: 9, height: 7 };
          const mask = { ...size, data: Uint8Array.from(bits) };
          let count = 0;
          const seeds = Uint32Array.from(spots, (spot, i) => (spot === 0 && bits[i] !== 0 ? ++count : 0));
          const markers = { ...size, count, data: seeds };
          const basins = watershed({ surface, markers, mask, connectivity });
          const parts = connectedComponents(mask, connectivity);
          const reached = new Set(parts.data.filter((_, i) => seeds[i] !== 0));
          basins.data.forEach((label, i) => {
            expect(label !== 0).toBe(bits[i] !== 0 && reached.has(parts.data[i] ?? 0));
            if (seeds[i] !== 0) expect(label).toBe(seeds[i]);
          });
          for (let label = 1; label <= count; label++) {
            const data = Uint8Array.from(basins.data, (value) => (value === label ? 1 : 0));
            expect(connectedComponents({ ...size, data }, connectivity).count).toBe(1);
          }
        },
      ),
    );
  });

  it('refuses other sizes and heights without end', () => {
    const markers = row(1, 0);
    const mask = maskRow(1, 1);
    expect(() => watershed({ surface: [0], markers, mask, connectivity: 4 })).toThrow(RangeError);
    expect(() => watershed({ surface: [0, Number.NaN], markers, mask, connectivity: 4 })).toThrow(/NaN/);
  });
});
