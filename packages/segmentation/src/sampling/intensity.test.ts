import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_AUGMENTATION } from './augmentation.js';
import { adjustIntensity } from './intensity.js';

const channel = { mean: 100, std: 50, minimum: 20, maximum: 220 };

function adjusted(changes: Partial<typeof NO_AUGMENTATION>, ...values: number[]): number[] {
  const data = Float32Array.from(values);
  adjustIntensity(data, channel, { ...NO_AUGMENTATION, ...changes });
  return [...data];
}

describe('adjustIntensity', () => {
  it('only normalises when nothing is changed', () => {
    expect(adjusted({}, 20, 100, 150, 400)).toEqual([expect.closeTo(-1.6, 6), 0, 1, 6]);
  });

  it('curves, stretches and shifts values on the scale of the data set', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 220, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        fc.double({ min: -0.3, max: 0.3, noNaN: true }),
        (value, gamma, contrast, brightness) => {
          const mean = (100 - 20) / 200;
          const scaled = mean + contrast * (((value - 20) / 200) ** gamma - mean) + brightness;
          const expected = (scaled * 200 + 20 - 100) / 50;
          expect(adjusted({ gamma, contrast, brightness }, value)[0]).toBeCloseTo(expected, 4);
        },
      ),
    );
  });

  it('is free of NaN below the range, for constant channels and for pixels that are no numbers', () => {
    expect(adjusted({ gamma: 0.8 }, -5, 20, Number.NaN, Infinity)).toEqual([
      expect.closeTo(-1.6, 6),
      expect.closeTo(-1.6, 6),
      0,
      0,
    ]);
    const data = Float32Array.of(7, 7);
    adjustIntensity(data, { mean: 7, std: 1, minimum: 7, maximum: 7 }, { ...NO_AUGMENTATION, gamma: 0.8 });
    expect([...data]).toEqual([0, 0]);
  });
});
