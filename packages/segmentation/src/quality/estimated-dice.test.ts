import { createRandom } from '@deepflash/engine';
import { expect, test } from 'vitest';
import { confusion, overlapScores } from '../metrics/overlap.js';
import { diceEstimator } from './estimated-dice.js';

/** The rows of an image of two classes. */
function rows(foreground: readonly number[]) {
  const probabilities = Float32Array.from([...foreground.map((p) => 1 - p), ...foreground]);
  return { probabilities, mask: Uint8Array.from(foreground, (p) => (p > 0.5 ? 1 : 0)) };
}

test('is the mean Dice of truths that are drawn by the probabilities', () => {
  const random = createRandom('truths');
  const side = 100;
  const foreground = Array.from({ length: side * side }, () => random.next() ** 3);
  const { probabilities, mask } = rows(foreground);
  const estimator = diceEstimator(2);
  const half = foreground.length / 2;
  for (const part of [foreground.slice(0, half), foreground.slice(half)]) estimator.add(rows(part));
  const size = { width: side, height: side };
  const drawn = Array.from({ length: 40 }, () => {
    const truth = Uint8Array.from(foreground, (p) => (random.next() < p ? 1 : 0));
    return overlapScores(confusion({ ...size, data: mask }, { ...size, data: truth }, 2)).dice;
  });
  const mean = drawn.reduce((sum, dice) => sum + dice, 0) / drawn.length;
  expect(probabilities).toHaveLength(2 * side * side);
  expect(Math.abs(estimator.result() - mean)).toBeLessThan(0.01);
});

test('is 1 for an image that is surely empty, and low where objects were half seen and left out', () => {
  const of = (foreground: readonly number[]) => {
    const estimator = diceEstimator(2);
    estimator.add(rows(foreground));
    return estimator.result();
  };
  expect(of(new Array<number>(1000).fill(0))).toBe(1);
  expect(of(new Array<number>(1000).fill(1))).toBe(1);
  expect(of(new Array<number>(1000).fill(0.4))).toBeLessThan(0.15);
});

test('is the mean over the classes of foreground', () => {
  const estimator = diceEstimator(3);
  // A thousand pixels each that are surely class 1, and class 2 by 0.6.
  const mask = Uint8Array.from({ length: 2000 }, (_, i) => (i < 1000 ? 1 : 2));
  const plane = (first: number, second: number) =>
    Array.from({ length: 2000 }, (_, i) => (i < 1000 ? first : second));
  estimator.add({
    mask,
    probabilities: Float32Array.from([...plane(0, 0.4), ...plane(1, 0), ...plane(0, 0.6)]),
  });
  const second = (2 * 600 + 64) / (1000 + 600 + 64);
  expect(estimator.result()).toBeCloseTo((1 + second) / 2, 6);
});
