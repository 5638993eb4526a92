import { createRandom } from '@deepflash/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CalibrationPoint, calibrate } from './calibration.js';

const logit = (value: number) => Math.log(value / (1 - value));
const logistic = (value: number) => 1 / (1 + Math.exp(-value));

/** Images whose true Dice is below the estimate, with noise. */
function images(count: number, seed: string): CalibrationPoint[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const estimate = 0.6 + 0.35 * random.next();
    return { estimate, dice: logistic(-0.6 + 0.8 * logit(estimate) + 0.3 * random.normal()) };
  });
}

test('without held-out images an estimate stays about what it is, and may be far off', () => {
  const expected = calibrate([]);
  const { dice, low, high } = expected(0.8);
  expect(dice).toBeGreaterThan(0.65);
  expect(dice).toBeLessThan(0.8);
  expect(high - low).toBeGreaterThan(0.3);
});

test('many held-out images tell by how much estimates are too high', () => {
  const expected = calibrate(images(400, 'many'));
  for (const estimate of [0.65, 0.8, 0.92]) {
    expect(Math.abs(expected(estimate).dice - logistic(-0.6 + 0.8 * logit(estimate)))).toBeLessThan(0.03);
  }
});

test('eight of ten true values lie in the interval, also after few images', () => {
  let inside = 0;
  const trials = 400;
  for (let trial = 0; trial < trials; trial++) {
    const [image, ...known] = images(9, `trial ${trial}`);
    if (image === undefined) throw new Error('Nine images were made.');
    const { low, high } = calibrate(known)(image.estimate);
    if (image.dice >= low && image.dice <= high) inside++;
  }
  expect(inside / trials).toBeGreaterThan(0.75);
  expect(inside / trials).toBeLessThan(0.95);
});

test('an expectation is a Dice inside of its interval, and a spread widens it', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const point = fc.record({ estimate: share, dice: share });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 12 }), share, (points, estimate) => {
      const expected = calibrate(points);
      const { dice, low, high } = expected(estimate);
      const wide = expected(estimate, 3);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(dice).toBeGreaterThanOrEqual(low);
      expect(dice).toBeLessThanOrEqual(high);
      expect(wide.low).toBeLessThanOrEqual(low);
      expect(wide.high).toBeGreaterThanOrEqual(high);
    }),
  );
});
