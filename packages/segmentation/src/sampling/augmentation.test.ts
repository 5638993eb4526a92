import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AugmentationSettings,
  DEFAULT_AUGMENTATION,
  drawAugmentation,
  NO_AUGMENTATION,
} from './augmentation.js';

const numbers = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

function draw(stream: Iterator<number>, settings: AugmentationSettings) {
  let taken = 0;
  const next = (): number => {
    taken++;
    return stream.next().value;
  };
  return { augmentation: drawAugmentation({ next }, settings), taken };
}

describe('drawAugmentation', () => {
  it('stays within its limits', () => {
    const settings = { ...DEFAULT_AUGMENTATION, brightness: 0.2, contrast: 0.3 };
    fc.assert(
      fc.property(numbers, (stream) => {
        const { augmentation } = draw(stream, settings);
        expect(augmentation.angle).toBeGreaterThanOrEqual(0);
        expect(augmentation.angle).toBeLessThan(2 * Math.PI);
        expect(Math.abs(augmentation.gamma - 1)).toBeLessThanOrEqual(0.2 + 1e-12);
        expect(Math.abs(augmentation.brightness)).toBeLessThanOrEqual(0.2 + 1e-12);
        expect(Math.abs(augmentation.contrast - 1)).toBeLessThanOrEqual(0.3 + 1e-12);
      }),
    );
  });

  it('changes nothing where nothing is asked for, and takes as many numbers', () => {
    const none: AugmentationSettings = {
      flips: 'none',
      rotation: 0,
      gamma: [1, 1],
      brightness: 0,
      contrast: 0,
    };
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        const { augmentation, taken } = draw(one, none);
        // -0 and 0 mean the same brightness.
        expect({ ...augmentation, brightness: augmentation.brightness + 0 }).toEqual(NO_AUGMENTATION);
        expect(draw(other, DEFAULT_AUGMENTATION).taken).toBe(taken);
      }),
    );
  });
});
