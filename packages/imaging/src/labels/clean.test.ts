import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutBorder, withoutHoles, withoutSmall } from './clean.js';
import type { LabelImage } from './connected-components.js';

function labels(...rows: readonly string[]): LabelImage {
  const data = Uint32Array.from(rows.join(''), Number);
  return { width: rows[0]?.length ?? 0, height: rows.length, count: Math.max(...data), data };
}

function mask(...rows: readonly string[]) {
  const { width, height, data } = labels(...rows);
  return { width, height, data: Uint8Array.from(data) };
}

describe('withoutSmall', () => {
  it('keeps objects of enough pixels and counts them anew', () => {
    expect(withoutSmall(labels('3311', '0021'), 2)).toEqual(labels('1122', '0002'));
    expect(withoutSmall(labels('3311', '0021'), 9).count).toBe(0);
  });
});

describe('withoutBorder', () => {
  it('keeps objects that lie inside', () => {
    expect(withoutBorder(labels('00000', '01022', '00300', '00000'))).toEqual(
      labels('00000', '01000', '00200', '00000'),
    );
  });

  it('keeps nothing in a picture of one row', () => {
    expect(withoutBorder(labels('0120')).count).toBe(0);
  });
});

describe('withoutHoles', () => {
  it('fills what is enclosed; a gap at a corner is none', () => {
    expect(withoutHoles(mask('0110', '1001', '0110')).data).toEqual(mask('0110', '1111', '0110').data);
    expect(withoutHoles(mask('1110', '1001', '1110')).data).toEqual(mask('1110', '1111', '1110').data);
    expect(withoutHoles(mask('1110', '1000', '1110')).data).toEqual(mask('1110', '1000', '1110').data);
  });

  it('changes nothing the second time', () => {
    const bits = fc.array(fc.nat(1), { minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(bits, (values) => {
        const once = withoutHoles({ width: 8, height: 10, data: Uint8Array.from(values) });
        expect(withoutHoles(once)).toEqual(once);
        values.forEach((value, i) => {
          if (value === 1) expect(once.data[i]).toBe(1);
        });
      }),
    );
  });
});
