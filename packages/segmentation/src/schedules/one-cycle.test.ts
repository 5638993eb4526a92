import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneCycle } from './one-cycle.js';

const settings = fc.record({
  steps: fc.integer({ min: 1, max: 2000 }),
  peak: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  warmup: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
});

describe('oneCycle', () => {
  it('goes through fastai’s values', () => {
    const at = oneCycle({ steps: 400, peak: 1e-3 });
    expect(at(0).learningRate).toBeCloseTo(1e-3 / 25, 12);
    expect(at(0).momentum).toBeCloseTo(0.95, 12);
    expect(at(50).learningRate).toBeCloseTo((1e-3 / 25 + 1e-3) / 2, 12);
    expect(at(100)).toEqual({ learningRate: 1e-3, momentum: 0.85 });
    expect(at(250).learningRate).toBeCloseTo((1e-3 + 1e-8) / 2, 12);
    expect(at(250).momentum).toBeCloseTo(0.9, 12);
    expect(at(400).learningRate).toBeCloseTo(1e-8, 15);
    expect(at(400).momentum).toBeCloseTo(0.95, 12);
  });

  it('rises to the peak, then falls; momentum does the opposite', () => {
    fc.assert(
      fc.property(settings, (drawn) => {
        const at = oneCycle(drawn);
        for (let step = 1; step <= drawn.steps; step++) {
          const [before, now] = [at(step - 1), at(step)];
          const [lower, higher] = step <= drawn.warmup * drawn.steps ? [before, now] : [now, before];
          const bothSides = step - 1 < drawn.warmup * drawn.steps && step > drawn.warmup * drawn.steps;
          if (bothSides) continue;
          expect(higher.learningRate).toBeGreaterThanOrEqual(lower.learningRate);
          expect(higher.momentum).toBeLessThanOrEqual(lower.momentum);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('stays within its limits and at its end', () => {
    fc.assert(
      fc.property(settings, fc.nat(3000), (drawn, step) => {
        const { learningRate, momentum } = oneCycle(drawn)(step);
        expect(learningRate).toBeLessThanOrEqual(drawn.peak);
        expect(learningRate).toBeGreaterThanOrEqual((drawn.peak / 1e5) * (1 - 1e-9));
        expect(momentum).toBeGreaterThanOrEqual(0.85);
        expect(momentum).toBeLessThanOrEqual(0.95);
      }),
    );
  });

  it('refuses what makes no schedule', () => {
    expect(() => oneCycle({ steps: 0, peak: 1 })).toThrow(/step/);
    expect(() => oneCycle({ steps: 5, peak: 0 })).toThrow(/learning rate/);
    expect(() => oneCycle({ steps: 5, peak: 1, warmup: 1 })).toThrow(/warm-up/);
  });
});
