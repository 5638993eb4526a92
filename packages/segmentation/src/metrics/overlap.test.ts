import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addConfusions, confusion, overlapScores } from './overlap.js';

function mask(...values: number[]) {
  return { width: values.length, height: 1, data: Uint8Array.from(values) };
}

describe('overlapScores', () => {
  it('compares each class and averages the foreground', () => {
    const scores = overlapScores(confusion(mask(0, 1, 1, 2, 2, 0), mask(0, 1, 2, 2, 2, 2), 3));
    expect(scores.dicePerClass).toEqual([2 / 3, 2 / 3, 4 / 6]);
    expect(scores.iouPerClass).toEqual([1 / 2, 1 / 2, 2 / 4]);
    expect(scores.dice).toBeCloseTo(2 / 3);
    expect(scores.iou).toBeCloseTo(1 / 2);
  });

  it('tells what was missed from what was wrongly found', () => {
    const scores = overlapScores(confusion(mask(1, 1, 1, 0, 0), mask(1, 0, 0, 1, 0), 2));
    expect(scores).toMatchObject({ sensitivity: 1 / 2, precision: 1 / 3, precisionPerClass: [1 / 2, 1 / 3] });
    expect(overlapScores(confusion(mask(0, 0), mask(0, 1), 2))).toMatchObject({
      sensitivity: 0,
      precision: 1,
    });
    expect(overlapScores(confusion(mask(0, 1), mask(0, 0), 2))).toMatchObject({
      sensitivity: 1,
      precision: 0,
    });
  });

  it('calls an absent class perfect and a missed one worthless', () => {
    expect(overlapScores(confusion(mask(0, 0), mask(0, 0), 2)).dice).toBe(1);
    expect(overlapScores(confusion(mask(0, 0), mask(0, 1), 2)).dice).toBe(0);
    expect(overlapScores(confusion(mask(1, 0), mask(0, 0), 2)).iou).toBe(0);
  });

  it('does not count ignored pixels', () => {
    expect(overlapScores(confusion(mask(0, 1, 1), mask(0, 1, 255), 2)).dice).toBe(1);
  });

  it('has Dice = 2 IoU / (1 + IoU), equal when prediction and truth change places', () => {
    const values = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, (pairs) => {
        const [a, b] = [mask(...pairs.map(([p]) => p)), mask(...pairs.map(([, t]) => t))];
        const scores = overlapScores(confusion(a, b, 4));
        const swapped = overlapScores(confusion(b, a, 4));
        expect(swapped.dicePerClass).toEqual(scores.dicePerClass);
        expect(swapped.iouPerClass).toEqual(scores.iouPerClass);
        expect(swapped.sensitivityPerClass).toEqual(scores.precisionPerClass);
        scores.iouPerClass.forEach((iou, k) => {
          expect(scores.dicePerClass[k]).toBeCloseTo((2 * iou) / (1 + iou), 12);
        });
      }),
    );
  });
});

describe('confusion', () => {
  it('adds up over images', () => {
    const sum = addConfusions([confusion(mask(0, 1), mask(1, 1), 2), confusion(mask(0), mask(0), 2)]);
    expect([...sum.counts]).toEqual([1, 0, 1, 1]);
  });

  it('refuses masks of different sizes and unknown classes', () => {
    expect(() => confusion(mask(0), mask(0, 1), 2)).toThrow(/1 x 1 pixels, the mask 2 x 1/);
    expect(() => confusion(mask(0, 2), mask(0, 1), 2)).toThrow(/class 2/);
  });
});
