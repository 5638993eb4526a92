import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { binaryStaple } from './binary-staple.js';
import { majorityVote } from './majority-vote.js';
import { staple } from './staple.js';

const fixtures = new URL('../../fixtures/ground-truth/', import.meta.url);
const shared = new URL('../../../../../shared/', import.meta.url);
const present = existsSync(new URL('data/cfos/experts', shared));

interface MultiLabel {
  confusion: number[][];
  iterations: number;
}
interface Reference {
  experts: string[];
  multi_label_staple: MultiLabel;
  binary_staple: { sensitivity: number[]; specificity: number[]; iterations: number };
}
type ThreeClass = Record<`multi_label_staple_undecided_${0 | 3}`, MultiLabel>;

const itk: Record<string, Reference> & { 'three-class/demo': ThreeClass } = JSON.parse(
  readFileSync(new URL('itk.json', fixtures), 'utf8'),
);

/** Reads labels from the first channel; 255 stands for foreground in two-class masks. */
function readMask(file: URL): Uint8Array {
  const { width, height, channels, data } = decode(readFileSync(file));
  const labels = new Uint8Array(width * height);
  for (let i = 0; i < labels.length; i++)
    labels[i] = data[i * channels] === 255 ? 1 : Number(data[i * channels]);
  return labels;
}

function expectSamePixels(actual: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(actual, expected)).toBe(0);
}

function expectLikeItk(result: ReturnType<typeof staple>, expected: MultiLabel): void {
  expect(result.converged).toBe(true);
  expect(Math.abs(result.iterations - expected.iterations)).toBeLessThanOrEqual(1);
  for (const [k, matrix] of expected.confusion.entries()) {
    for (const [i, value] of (result.confusion[k] ?? []).flat().entries()) {
      expect(Math.abs(value - (matrix[i] ?? Number.NaN))).toBeLessThan(1e-4);
    }
  }
}

describe.each([0, 3] as const)('ITK’s answers on three classes, undecided label %i', (undecided) => {
  const ratings = [1, 2, 3, 4, 5].map((k) => readMask(new URL(`three-class/demo_rater${k}.png`, fixtures)));

  it('majority vote', () => {
    const expected = readMask(new URL(`three-class/demo_majority_vote_undecided_${undecided}.png`, fixtures));
    expectSamePixels(majorityVote(ratings, { classes: 3, undecided }), expected);
  });

  it('STAPLE', () => {
    const result = staple(ratings, { classes: 3, undecided });
    expectSamePixels(
      result.mask,
      readMask(new URL(`three-class/demo_staple_undecided_${undecided}.png`, fixtures)),
    );
    expectLikeItk(result, itk['three-class/demo'][`multi_label_staple_undecided_${undecided}`]);
  });
});

describe.skipIf(!present)('ITK’s answers on cFOS images (skipped without the shared data)', () => {
  for (const lab of present ? ['cfos', 'cfos-other-lab'] : []) {
    const data = new URL(`data/${lab}/`, shared);
    const experts = readdirSync(new URL('experts', data)).sort();
    for (const file of readdirSync(new URL('masks', data))) {
      it(`${lab}/${file}`, () => {
        const ratings = experts
          .map((expert) => new URL(`experts/${expert}/${file}`, data))
          .filter((mask) => existsSync(mask))
          .map(readMask);
        const result = staple(ratings, { classes: 2 });
        expectSamePixels(result.mask, readMask(new URL(`masks/${file}`, data)));
        const expected = itk[`${lab}/${file}`];
        if (expected !== undefined) {
          expectLikeItk(result, expected.multi_label_staple);
          const binary = binaryStaple(ratings);
          const { sensitivity, specificity, iterations } = expected.binary_staple;
          expect(Math.abs(binary.iterations - iterations)).toBeLessThanOrEqual(1);
          for (const [k, value] of [...binary.sensitivity, ...binary.specificity].entries()) {
            expect(Math.abs(value - ([...sensitivity, ...specificity][k] ?? Number.NaN))).toBeLessThan(1e-4);
          }
        }
        for (const undecided of [0, 1]) {
          const vote = new URL(
            `fixtures/ground-truth/${lab}/majority-vote-undecided-${undecided}/${file}`,
            shared,
          );
          if (existsSync(vote)) {
            expectSamePixels(majorityVote(ratings, { classes: 2, undecided }), readMask(vote));
          }
        }
      });
    }
  }
});
