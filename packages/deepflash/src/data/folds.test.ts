import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignFolds, foldCounts } from './folds.js';

const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 40 });

test('every image is in one fold, and folds differ by at most one image', () => {
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 8 }), fc.nat(), (images, folds, seed) => {
      const assigned = assignFolds(images, folds, seed);
      const sizes = Array.from(
        { length: folds },
        (_, i) => [...assigned.values()].filter((f) => f === i + 1).length,
      );
      expect(assigned.size).toBe(images.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('images of one group are never in two folds, and every fold has some', () => {
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 6 }), fc.nat(), (images, groups, seed) => {
      const groupOf = new Map(images.map((name, i) => [name, `animal ${i % groups}`]));
      const folds = new Set(groupOf.values()).size;
      const assigned = assignFolds(images, folds, seed, groupOf);
      expect(new Set(assigned.values()).size).toBe(folds);
      for (const group of new Set(groupOf.values())) {
        const together = images.filter((name) => groupOf.get(name) === group);
        expect(new Set(together.map((name) => assigned.get(name))).size).toBe(1);
      }
      expect(() => assignFolds(images, folds + 1, seed, groupOf)).toThrow(/need at least \d+ groups/);
    }),
  );
});

test('the folds depend on the seed and not on the order of the images', () => {
  const images = Array.from({ length: 12 }, (_, i) => `image${i}`);
  expect(assignFolds([...images].reverse(), 4, 7)).toEqual(assignFolds(images, 4, 7));
  expect(assignFolds(images, 4, 8)).not.toEqual(assignFolds(images, 4, 7));
});

test('images keep the folds that they have had, and new ones come where the fewest are', () => {
  const kept = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 2],
    ['gone', 1],
  ]);
  const assigned = assignFolds(['c', 'd', 'b', 'a'], 2, 5, undefined, kept);
  expect(Object.fromEntries(assigned)).toEqual({ a: 1, b: 2, c: 2, d: 1 });
  expect(new Set(assignFolds(['b', 'c'], 2, 5, undefined, kept).values()).size).toBe(2);
});

test('without a number there are five folds, or one for each image', () => {
  expect(foldCounts({ folds: null, models: null }, 24)).toEqual({ folds: 5, models: 5 });
  expect(foldCounts({ folds: null, models: null }, 1)).toEqual({ folds: 1, models: 1 });
  expect(foldCounts({ folds: 4, models: 1 }, 24)).toEqual({ folds: 4, models: 1 });
});

test('numbers that do not fit the images are refused', () => {
  expect(() => foldCounts({ folds: 5, models: null }, 3)).toThrow(/need at least 5 images, and there are 3/);
  expect(() => foldCounts({ folds: 4, models: null }, 3, 'groups')).toThrow(/need at least 4 groups/);
  expect(() => foldCounts({ folds: null, models: 5 }, 3)).toThrow(/models is 5, but there are 3 folds/);
});
