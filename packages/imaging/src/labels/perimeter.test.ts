import { describe, expect, it } from 'vitest';
import type { LabelImage } from './connected-components.js';
import { perimeters } from './perimeter.js';

function labels(...rows: readonly string[]): LabelImage {
  const data = Uint32Array.from(rows.join(''), Number);
  return { width: rows[0]?.length ?? 0, height: rows.length, count: Math.max(...data), data };
}

describe('perimeters', () => {
  it('go through the centres of border pixels', () => {
    expect(perimeters(labels('1111', '1111', '1111'))[1]).toBe(10);
    expect(perimeters(labels('010', '111', '010'))[1]).toBeCloseTo(4 * Math.SQRT2, 12);
    expect(perimeters(labels('1'))[1]).toBe(0);
  });

  it('take a neighbour for the outside', () => {
    expect([...perimeters(labels('111222', '111222', '111222'))]).toEqual([0, 8, 8]);
  });

  it('go around holes as well', () => {
    const full = '1111111';
    const solid = perimeters(labels(full, full, full, full, full, full, full))[1] ?? 0;
    const hollow = perimeters(labels(full, full, full, '1110111', full, full, full))[1] ?? 0;
    expect(hollow - solid).toBeCloseTo(4 * Math.SQRT2, 12);
  });
});
