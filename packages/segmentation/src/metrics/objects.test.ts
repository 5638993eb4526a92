import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { aggregatedJaccardIndex } from './aji.js';
import { IOU_THRESHOLDS, type LabelImage, matchObjects, objectOverlaps, scoreObjects } from './objects.js';
import { panopticQuality } from './panoptic-quality.js';

const shared = new URL('../../../../../shared/', import.meta.url);
const expectedFile = new URL('fixtures/instances/expected.json', shared);
const present = existsSync(expectedFile) && existsSync(new URL('data/nuclei/labels', shared));

interface Expected {
  thresholds: number[];
  pairs: Record<string, { objects: number; predicted: number } & Record<'tp' | 'fp' | 'fn', number[]>>;
}

function readLabels(file: URL): LabelImage {
  const { width, height, data } = decode(readFileSync(file));
  return { width, height, data: Uint32Array.from(data) };
}

function labels(...data: number[]): LabelImage {
  return { width: data.length, height: 1, data: Uint32Array.from(data) };
}

describe.skipIf(!present)('cellpose’s counts on nuclei (skipped without the shared data)', () => {
  const expected: Expected = present
    ? JSON.parse(readFileSync(expectedFile, 'utf8'))
    : { thresholds: [], pairs: {} };
  for (const [file, want] of Object.entries(expected.pairs)) {
    it(file, () => {
      const predicted = new URL(`fixtures/instances/${file.replace('.png', '_predicted.png')}`, shared);
      const scores = scoreObjects(
        readLabels(predicted),
        readLabels(new URL(`data/nuclei/labels/${file}`, shared)),
      );
      expect(scores.map((score) => score.threshold)).toEqual(expected.thresholds);
      expect(scores.map((score) => score.truePositives)).toEqual(want.tp);
      expect(scores.map((score) => score.falsePositives)).toEqual(want.fp);
      expect(scores.map((score) => score.falseNegatives)).toEqual(want.fn);
    });
  }
});

describe('scoreObjects', () => {
  it('counts found, spurious and missed objects', () => {
    // Object 7 is found with IoU 3/4, object 9 is missed, prediction 2 is spurious.
    const scores = scoreObjects(labels(1, 1, 1, 0, 0, 0, 2), labels(7, 7, 7, 7, 9, 0, 0), [0.5, 0.8]);
    expect(scores[0]).toEqual({
      threshold: 0.5,
      truePositives: 1,
      falsePositives: 1,
      falseNegatives: 1,
      averagePrecision: 1 / 3,
    });
    expect(scores[1]?.averagePrecision).toBe(0);
  });

  it('is 1 for the same objects under other numbers and for no objects at all', () => {
    const averages = (a: LabelImage, b: LabelImage) => scoreObjects(a, b).map((s) => s.averagePrecision);
    expect(averages(labels(5, 5, 0, 1), labels(1, 1, 0, 70_000))).toEqual(Array(10).fill(1));
    expect(averages(labels(0, 0), labels(0, 0))).toEqual(Array(10).fill(1));
    expect(averages(labels(0, 1), labels(0, 0))).toEqual(Array(10).fill(0));
  });

  it('counts one of two halves at a threshold of exactly 0.5', () => {
    const [score] = scoreObjects(labels(1, 1, 2, 2), labels(1, 1, 1, 1), [0.5]);
    expect(score).toMatchObject({ truePositives: 1, falsePositives: 1, falseNegatives: 0 });
  });

  it('matches objects of one class only, and counts them together', () => {
    const classed = (classes: number[], ...data: number[]) => ({ ...labels(...data), classes });
    const truth = classed([1, 2], 1, 1, 1, 1, 2, 2, 2, 2);
    const mixedUp = classed([2, 1], 1, 1, 1, 1, 2, 2, 2, 2);
    const counts = { truePositives: 0, falsePositives: 2, falseNegatives: 2 };
    expect(scoreObjects(mixedUp, truth, [0.5])).toMatchObject([counts]);
    expect([panopticQuality(mixedUp, truth).quality, aggregatedJaccardIndex(mixedUp, truth)]).toEqual([0, 0]);
    const oneWrong = classed([1, 1], 1, 1, 1, 1, 2, 2, 2, 2);
    expect(scoreObjects(oneWrong, truth, [0.5])).toMatchObject([{ averagePrecision: 1 / 3 }]);
    // The second object is foreground of one class here and of another there.
    expect(aggregatedJaccardIndex(oneWrong, truth)).toBe(4 / 12);
  });

  it('refuses images of different sizes', () => {
    expect(() => scoreObjects(labels(1), labels(1, 1))).toThrow(/1 x 1 pixels, the true ones 2 x 1/);
  });
});

describe('matchObjects', () => {
  it('gives way where that finds more pairs', () => {
    // True 1 overlaps both predictions, better the first; true 2 overlaps only the first.
    const overlaps = objectOverlaps(labels(1, 1, 1, 1, 1, 2, 2), labels(1, 1, 1, 2, 2, 1, 1));
    expect(matchObjects(overlaps, 0.2)).toEqual(
      expect.arrayContaining([
        { truth: 1, predicted: 2 },
        { truth: 2, predicted: 1 },
      ]),
    );
  });

  it('finds as many pairs as trying every possibility', () => {
    const pixel = fc.nat(4);
    const thresholds = fc.constantFrom(0.05, 0.1, 0.2, 0.3, 0.5, ...IOU_THRESHOLDS);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(pixel, pixel), { minLength: 1, maxLength: 25 }),
        thresholds,
        (pixels, t) => {
          const overlaps = objectOverlaps(
            labels(...pixels.map(([p]) => p)),
            labels(...pixels.map(([, truth]) => truth)),
          );
          const best = (object: number, taken: readonly number[]): number => {
            const candidates = overlaps.candidates[object];
            if (candidates === undefined) return 0;
            const free = candidates.filter((c) => c.iou >= t && !taken.includes(c.predicted));
            return Math.max(
              best(object + 1, taken),
              ...free.map((c) => 1 + best(object + 1, [...taken, c.predicted])),
            );
          };
          expect(matchObjects(overlaps, t)).toHaveLength(best(0, []));
        },
      ),
    );
  });

  it('refuses thresholds that match everything or nothing', () => {
    const overlaps = objectOverlaps(labels(1), labels(1));
    expect(() => matchObjects(overlaps, 0)).toThrow(RangeError);
    expect(() => matchObjects(overlaps, 1.5)).toThrow(RangeError);
  });
});
