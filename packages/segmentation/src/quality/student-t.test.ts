import { expect, test } from 'vitest';
import { studentT, studentTQuantile } from './student-t.js';

// scipy.stats.t.cdf and .ppf of SciPy 1.17.1.
test.each([
  [0, 3, 0.5],
  [0.5, 1, 0.6475836176504333],
  [1.3, 2.5, 0.8497566053646458],
  [2, 23, 0.9712777255039586],
  [-1, 7, 0.1753083314101037],
  [4, 40, 0.9998670438021666],
  [12, 2, 0.9965635331614208],
  [1.96, 1000, 0.9748634075221256],
] as const)('P(T ≤ %d) with %d degrees of freedom', (t, freedom, probability) => {
  expect(studentT(t, freedom)).toBeCloseTo(probability, 10);
});

test.each([
  [0.9, 3, 1.637744353696209],
  [0.1, 12, -1.356217334023205],
  [0.999643, 23, 3.9038819719239206],
  [0.975, 1, 12.706204736174694],
  [0.99999, 5, 15.546854534969158],
] as const)('the quantile of %d with %d degrees of freedom', (probability, freedom, t) => {
  expect(studentTQuantile(probability, freedom) / t).toBeCloseTo(1, 8);
});

test('there is no quantile of what is no probability', () => {
  expect(() => studentTQuantile(1, 3)).toThrow(RangeError);
});
