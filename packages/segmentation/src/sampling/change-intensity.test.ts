import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IntensityChanges, NO_AUGMENTATION } from './augmentation.js';
import { changeIntensity } from './change-intensity.js';

const intensity = { mean: 100, std: 50, minimum: 0, maximum: 200 };

function changed(changes: Partial<IntensityChanges>, values: readonly number[], width: number) {
  const data = Float32Array.from(values);
  const plane = { height: data.length / width, width, channel: 1, data };
  changeIntensity(plane, intensity, { ...NO_AUGMENTATION, ...changes });
  return [...data];
}

const level = new Array<number>(64 * 64).fill(150);

describe('changeIntensity', () => {
  it('lights one side more and the other less by the same part', () => {
    const lit = changed({ illumination: { strength: 0.4, angle: 0 } }, level, 64);
    const raw = lit.map((value) => value * 50 + 100);
    expect(raw[0]).toBeCloseTo(150 * (1 - 0.4 * (63 / 64)), 3);
    expect(raw[63]).toBeCloseTo(150 * (1 + 0.4 * (63 / 64)), 3);
    expect(raw.reduce((sum, value) => sum + value, 0) / raw.length).toBeCloseTo(150, 3);
    expect(raw.slice(0, 64)).toEqual(raw.slice(-64));
  });

  it('adds noise of the strength that is asked for, the same for the same seed', () => {
    const noise = { strength: 0.3, seed: 5 };
    const noisy = changed({ noise }, level, 64);
    const mean = noisy.reduce((sum, value) => sum + value, 0) / noisy.length;
    const variance = noisy.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noisy.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.3, 1);
    expect(changed({ noise }, level, 64)).toEqual(noisy);
    expect(changed({ noise: { ...noise, seed: 6 } }, level, 64)).not.toEqual(noisy);
  });

  it('empties a channel to the mean', () => {
    expect(new Set(changed({ droppedChannels: [1] }, level, 64))).toEqual(new Set([0]));
    expect(new Set(changed({ droppedChannels: [0] }, level, 64))).toEqual(new Set([1]));
  });

  it('is free of NaN and does not run away, whatever the values', () => {
    const values = fc.array(
      fc.oneof(fc.double({ min: -50, max: 400, noNaN: true }), fc.constantFrom(Number.NaN, Infinity)),
      { minLength: 96, maxLength: 96 },
    );
    fc.assert(
      fc.property(values, fc.nat(), (pixels, seed) => {
        const all = changed(
          {
            gamma: 0.7,
            contrast: 1.3,
            brightness: 0.1,
            clahe: 3,
            blur: 1.5,
            illumination: { strength: 0.9, angle: seed },
            noise: { strength: 0.5, seed },
          },
          pixels,
          12,
        );
        expect(all.every((value) => Math.abs(value) < 100)).toBe(true);
      }),
    );
  });
});
