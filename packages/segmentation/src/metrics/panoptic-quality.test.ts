import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelImage, objectOverlaps, scoreObjects } from './objects.js';
import { panopticQuality } from './panoptic-quality.js';

function labels(...data: number[]): LabelImage {
  return { width: data.length, height: 1, data: Uint32Array.from(data) };
}

describe('panopticQuality', () => {
  it('weighs what was found by how well it was drawn', () => {
    // Object 7 is found with IoU 3/4, object 9 is missed, prediction 2 is spurious.
    expect(panopticQuality(labels(1, 1, 1, 0, 0, 0, 2), labels(7, 7, 7, 7, 9, 0, 0))).toEqual({
      quality: 3 / 8,
      segmentation: 3 / 4,
      recognition: 1 / 2,
    });
  });

  it('does not count halves', () => {
    expect(panopticQuality(labels(1, 1, 2, 2), labels(1, 1, 1, 1))).toEqual({
      quality: 0,
      segmentation: 0,
      recognition: 0,
    });
  });

  it('is 1 where nothing is and nothing was predicted, 0 where all was missed', () => {
    expect(panopticQuality(labels(0, 0), labels(0, 0)).quality).toBe(1);
    expect(panopticQuality(labels(0, 0), labels(0, 1)).quality).toBe(0);
    expect(panopticQuality(labels(0, 1), labels(0, 0)).quality).toBe(0);
  });

  it('is the product of its parts; recognition is the F1 score of the pairs above one half', () => {
    const pixels = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pixels, (pairs) => {
        const [a, b] = [labels(...pairs.map(([p]) => p)), labels(...pairs.map(([, t]) => t))];
        const { quality, segmentation, recognition } = panopticQuality(a, b);
        expect(quality).toBeCloseTo(segmentation * recognition, 12);
        const [score] = scoreObjects(a, b, [0.5 + 1e-9]);
        const { predicted, truth } = objectOverlaps(a, b);
        const f1 = (2 * (score?.truePositives ?? 0)) / (predicted.length + truth.length || 1);
        if (predicted.length + truth.length > 0) expect(recognition).toBeCloseTo(f1, 12);
      }),
    );
  });
});
