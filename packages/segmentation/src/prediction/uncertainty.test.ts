import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uncertainty, uncertaintyScores } from './uncertainty.js';

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('uncertainty', () => {
  it('is the sum of its epistemic and its aleatoric part', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(probability, { minLength: 1, maxLength: 9 }), (samples) => {
        const epistemic = mean(samples.map((p) => p * p)) - mean(samples) ** 2;
        const aleatoric = mean(samples.map((p) => p * (1 - p)));
        const foreground = mean(samples);
        const out = new Float32Array(1);
        uncertainty(Float32Array.of(1 - foreground, foreground), 2, out);
        expect(out[0]).toBeCloseTo((epistemic + aleatoric) / 0.25, 5);
      }),
    );
  });
});

describe('uncertaintyScores', () => {
  it('averages the image and its foreground', () => {
    const scores = uncertaintyScores(Float32Array.of(0, 0.5, 0.25, 0.25), Uint8Array.of(0, 2, 1, 0));
    expect(scores).toEqual({ meanUncertainty: 0.25, uncertaintyScore: 0.375 });
  });
});
