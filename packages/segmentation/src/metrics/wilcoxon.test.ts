import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedRankTest } from './wilcoxon.js';

interface Answer {
  readonly differences: readonly number[];
  readonly statistic: number;
  readonly pValue: number;
  readonly exact: boolean;
}

const { signedRanks }: { signedRanks: Answer[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/metrics/metrics.json', import.meta.url), 'utf8'),
);

describe('signedRankTest', () => {
  it('gives SciPy’s answers, with ties and zeros as well', () => {
    for (const { differences, statistic, pValue, exact } of signedRanks) {
      const found = signedRankTest(differences);
      expect(found.statistic).toBeCloseTo(statistic, 9);
      expect(Math.abs(found.pValue / pValue - 1)).toBeLessThan(1e-9);
      expect(found.method).toBe(exact ? 'exact' : 'normal approximation');
    }
  });

  it('counts every choice of signs', () => {
    const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(sizes, fc.nat(511), (list, signs) => {
        const signed = (bits: number) => list.map((size, i) => ((bits >> i) & 1 ? size : -size));
        const { statistic, pValue } = signedRankTest(signed(signs));
        const choices = 2 ** list.length;
        const asFar = Array.from({ length: choices }, (_, bits) => signedRankTest(signed(bits)).statistic);
        expect(pValue).toBeCloseTo(asFar.filter((other) => other <= statistic).length / choices, 12);
      }),
      { numRuns: 20 },
    );
  });

  it('does not mind which is called the first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 80 }),
        (differences) => {
          const there = signedRankTest(differences);
          expect(signedRankTest(differences.map((d) => -d))).toEqual(there);
          expect(there.pValue).toBeGreaterThan(0);
          expect(there.pValue).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('finds no difference where there is none', () => {
    expect(signedRankTest([0, 0])).toEqual({ pairs: 0, statistic: 0, pValue: 1, method: 'no difference' });
    expect(signedRankTest([])).toMatchObject({ pValue: 1 });
    expect(signedRankTest([1, -1])).toMatchObject({ pValue: 1 });
  });
});
