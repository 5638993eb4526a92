import { describe, expect, it } from 'vitest';
import { accountOfRater } from './account.js';
import { fleissKappa, krippendorffAlpha, pairwiseDice } from './agreement.js';

const labels = (...values: number[]) => Uint8Array.from(values);

describe('fleissKappa', () => {
  it('is 0.210 in the worked example of fourteen raters, ten subjects and five classes', () => {
    const table = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const subjects = table.map((row) => row.flatMap((n, label) => Array<number>(n).fill(label)));
    const ratings = Array.from({ length: 14 }, (_, k) => labels(...subjects.map((s) => s[k] ?? 0)));
    expect(fleissKappa(ratings, 5)).toBeCloseTo(0.2099, 4);
  });

  it('is 1 where all agree, also on one class only', () => {
    expect(fleissKappa([labels(0, 1, 1), labels(0, 1, 1)], 2)).toBe(1);
    expect(fleissKappa([labels(0, 0), labels(0, 0)], 2)).toBe(1);
  });

  it('refuses a single rater', () => {
    expect(() => fleissKappa([labels(0, 1)], 2)).toThrow(/two raters/);
  });
});

describe('krippendorffAlpha', () => {
  it('is 0.743 in Krippendorff’s example of four observers with missing values', () => {
    const x = 255;
    const ratings = [
      labels(1, 2, 3, 3, 2, 1, 4, 1, 2, x, x, x),
      labels(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, x, 3),
      labels(x, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, x),
      labels(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, x),
    ];
    expect(krippendorffAlpha(ratings, 6, x)).toBeCloseTo(0.743, 3);
  });

  it('is 0.095 in his example of two observers and two values', () => {
    const ratings = [labels(0, 1, 0, 0, 0, 0, 0, 0, 1, 0), labels(1, 1, 1, 0, 0, 1, 0, 0, 0, 0)];
    expect(krippendorffAlpha(ratings, 2)).toBeCloseTo(0.095, 3);
  });
});

it('pairwiseDice compares each rater with each', () => {
  expect(pairwiseDice([labels(1, 1, 0, 0), labels(1, 0, 0, 0)], 2)).toEqual([
    [1, 2 / 3],
    [2 / 3, 1],
  ]);
});

describe('accountOfRater', () => {
  it('counts found and spurious pixels and leaves undecided ones out', () => {
    const account = accountOfRater(labels(1, 0, 1, 0, 0, 1), labels(1, 1, 0, 0, 0, 2), 2);
    expect(account).toEqual({ dice: 0.5, iou: 1 / 3, sensitivity: 0.5, specificity: 2 / 3 });
  });

  it('is 1 where both are empty', () => {
    expect(accountOfRater(labels(0, 0), labels(0, 0), 2)).toEqual({
      dice: 1,
      iou: 1,
      sensitivity: 1,
      specificity: 1,
    });
  });
});
