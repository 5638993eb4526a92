import { expect, test } from 'vitest';
import { type RatePoint, suggestRates } from './sweep-learning-rates.js';

/** A loss that is flat, falls, and rises again. */
const sweep: RatePoint[] = Array.from({ length: 100 }, (_, i) => {
  const learningRate = 1e-7 * 1e8 ** (i / 99);
  const smoothedLoss = 1 - 0.6 / (1 + Math.exp(-(i - 55) / 5)) + 2 / (1 + Math.exp(-(i - 95) / 3));
  return { learningRate, loss: smoothedLoss, smoothedLoss };
});

test('suggests the rates where the loss falls', () => {
  const { valley, steepest, minimum } = suggestRates(sweep) ?? {};
  // The fall is steepest at the 55th rate; the least loss lies shortly before the rise.
  expect(Math.log10(steepest ?? 0)).toBeCloseTo(Math.log10(sweep[55]?.learningRate ?? 0), 0);
  expect(Math.log10(minimum ?? 0)).toBeCloseTo(Math.log10(sweep[80]?.learningRate ?? 0) - 1, 0);
  expect(valley).toBeGreaterThan(sweep[40]?.learningRate ?? 0);
  expect(valley).toBeLessThan(10 * (minimum ?? 0));
});

test('suggests nothing from too few points', () => {
  expect(suggestRates(sweep.slice(0, 8))).toBeNull();
});
