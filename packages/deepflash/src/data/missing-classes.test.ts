import { expect, test } from 'vitest';
import { classesIn, missingClasses } from './missing-classes.js';

const shown = (...images: readonly (readonly [fold: number, ...classes: number[]])[]) =>
  images.map(([fold, ...classes]) => ({ fold, classes: new Set([0, ...classes]) }));

test('says nothing where every network sees and is tested on every class', () => {
  expect(missingClasses(shown([1, 1, 2], [2, 1, 2]), { classes: 3, folds: 2, models: 2 })).toEqual([]);
});

test('names classes that no mask holds', () => {
  expect(missingClasses(shown([1, 1]), { classes: 4, folds: 1, models: 1 })).toEqual([
    'No mask holds classes 2, 3, so nothing of the kind can be found: set classes to what there is.',
  ]);
});

test('names classes that only the held-out images of a fold show, and folds without any object', () => {
  expect(missingClasses(shown([1, 1, 2], [2, 1], [3]), { classes: 3, folds: 3, models: 3 })).toEqual([
    'Class 2 is marked in the held-out images of fold 1 alone, so the network that is tested on them cannot learn it: mark more images, or set folds to 1 or another seed.',
    'No held-out image of fold 3 marks anything, so their Dice is 1 where nothing is found and 0 elsewhere, and tells little.',
  ]);
  expect(missingClasses(shown([1, 1], [2]), { classes: 2, folds: 2, models: 1 })).toEqual([
    'Objects are marked in the held-out images of fold 1 alone, so the network that is tested on them cannot learn them: mark more images, or set folds to 1 or another seed.',
  ]);
});

test('classes are told by values, numbers of objects and colours', () => {
  const values = { kind: 'values', values: [0, 128], oneRegionEach: false } as const;
  expect(classesIn(values, { kind: 'classes', values: [0, 128, 255], ignored: [] })).toEqual(new Set([0, 1]));
  expect(classesIn({ ...values, values: [0, 7, 9] }, { kind: 'instances', ignored: [] })).toEqual(
    new Set([0, 1]),
  );
  const table = { '#000000': 0, '#ff0000': 2, '#0000ff': 'ignored' } as const;
  const colours = { kind: 'colours', colours: [0x000000, 0xff0000, 0x0000ff] } as const;
  expect(classesIn(colours, { kind: 'colours', table })).toEqual(new Set([0, 2]));
});
