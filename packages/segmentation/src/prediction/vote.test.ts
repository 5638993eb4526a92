import { expect, test } from 'vitest';
import type { PredictedRows } from './predicted-rows.js';
import { type Combination, combinedRows } from './vote.js';

const image = { height: 2, width: 4, classes: 2 };
const ballots = [
  [0, 1, 1, 0, 1, 1, 0, 0],
  [0, 1, 0, 0, 1, 1, 0, 1],
  [0, 0, 1, 0, 1, 0, 0, 1],
];

/** The mask that comes of two rows, one after the other. */
async function combined(combine: Combination, votes: readonly (readonly number[])[]): Promise<number[]> {
  const mask: number[] = [];
  const rows = combinedRows(combine, image, (part) => {
    mask.push(...part.mask);
  });
  for (const first of [0, 1]) {
    const part: PredictedRows = {
      ...{ first, count: 1, uncertainty: new Float32Array(4), separation: new Float32Array(0) },
      probabilities: new Float32Array(8),
      mask: Uint8Array.of(0, 0, 0, 1),
      ballots: votes.map((vote) => Uint8Array.from(vote.slice(4 * first, 4 * first + 4))),
    };
    await rows.take(part);
  }
  await rows.finish();
  return mask;
}

test('the majority of the masks decides', async () => {
  expect(await combined('majority', ballots)).toEqual([0, 1, 1, 0, 1, 1, 0, 1]);
});

test('where the masks are at odds, the mean probability decides', async () => {
  const [first = [], second = []] = ballots;
  expect(await combined('majority', [first, second])).toEqual([0, 1, 0, 0, 1, 1, 0, 1]);
});

test('STAPLE looks at the whole image and follows masks that agree', async () => {
  const [first = []] = ballots;
  const wrong = first.map((label) => 1 - label);
  expect(await combined('staple', [first, first, first, wrong])).toEqual(first);
});

test('the mean is what the rows say', async () => {
  expect(await combined('mean', ballots)).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
});
