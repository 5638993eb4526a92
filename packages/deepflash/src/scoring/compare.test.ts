import { expect, test } from 'vitest';
import { compareScores } from './compare.js';
import type { FolderScore } from './score-folders.js';
import { type Content, scorePair } from './score-image.js';

const SIDE = 24;

function square(side: number): Content {
  const inside = (i: number) => i % SIDE < side && Math.floor(i / SIDE) < side;
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (inside(i) ? 1 : 0));
  const size = { width: SIDE, height: SIDE };
  return { mask: { ...size, classes: 2, data }, objects: { ...size, data: Uint32Array.from(data) } };
}

/** Squares of these sizes, where those of 12 are true. */
function predicted(sizes: Readonly<Record<string, number>>): FolderScore {
  const results = Object.entries(sizes).map(([mask, side]) => ({
    file: `predicted ${mask}`,
    mask,
    ...scorePair(square(side), square(12)),
  }));
  const none = { matched: results.length, unmatched: [] };
  const [first] = results;
  if (first === undefined) throw new Error('There is nothing to compare.');
  return { images: results.length, classes: 2, means: first, ...first, results, matching: none };
}

test('images are compared in pairs by their true masks', () => {
  const ours = predicted({ a: 11, b: 12, c: 9, d: 13, only: 1 });
  const theirs = predicted({ d: 16, c: 9, b: 8, a: 6, other: 3 });
  const rows = compareScores(ours, theirs);
  const dice = rows.find(({ measure }) => measure === 'dice');
  expect(dice).toMatchObject({ images: 4, better: 3, worse: 0, equal: 1, statistic: 0 });
  expect(dice?.difference).toBeCloseTo((dice?.mean ?? 0) - (dice?.meanAgainst ?? 0), 12);
  // Of distances, less is better.
  expect(rows.find(({ measure }) => measure === 'surfaceDistance')).toMatchObject({ better: 3, worse: 0 });
  expect(compareScores(theirs, ours).find(({ measure }) => measure === 'dice')).toMatchObject({
    better: 0,
    worse: 3,
    pValue: dice?.pValue,
  });
});

test('few images are counted exactly', () => {
  const sizes = [11, 10, 9, 8, 7, 6];
  const ours = predicted(Object.fromEntries(sizes.map((_, i) => [String(i), 12])));
  const theirs = predicted(Object.fromEntries(sizes.map((side, i) => [String(i), side])));
  expect(compareScores(ours, theirs)[0]).toMatchObject({ better: 6, pValue: 2 / 64, method: 'exact' });
});

test('images in which one of the two found nothing are left out of the distances', () => {
  const rows = compareScores(predicted({ a: 0, b: 11 }), predicted({ a: 12, b: 12 }));
  expect(rows.find(({ measure }) => measure === 'hausdorff95')).toMatchObject({ images: 1, worse: 1 });
});

test('equal predictions do not differ', () => {
  const same = predicted({ a: 11, b: 10 });
  for (const row of compareScores(same, same)) {
    expect(row).toMatchObject({ difference: 0, equal: 2, pValue: 1, method: 'no difference' });
  }
});
