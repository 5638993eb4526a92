import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addRepeatedly } from './single-precision.js';

it('addRepeatedly gives what adding one by one in single precision gives', () => {
  const single = fc.float({ min: Math.fround(1e-6), max: 1, noNaN: true });
  fc.assert(
    fc.property(single, fc.nat(1_000_000), fc.nat(3000), (weight, start, times) => {
      let sum = Math.fround(start);
      for (let i = 0; i < times; i++) sum = Math.fround(sum + Math.fround(weight));
      expect(addRepeatedly(Math.fround(start), weight, times)).toBe(sum);
    }),
    { numRuns: 2000 },
  );
});

it('stands still where a weight is too small for the sum', () => {
  expect(addRepeatedly(2 ** 24, 1, 1000)).toBe(2 ** 24);
});
