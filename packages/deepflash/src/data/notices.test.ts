import { expect, test } from 'vitest';
import { noticeSentences, resolvedSelection } from './notices.js';

const z = (slices: number) =>
  ({ kind: 'z', found: `${slices} slices`, taken: 'their maximum is used' }) as const;
const time = { kind: 'time', found: '5 points in time', taken: 'the first is used' } as const;

test('each kind of choice is told once, with how many files it concerns', () => {
  const files = [
    { file: 'a.tif', notices: [z(4), time] },
    { file: 'b.tif', notices: [z(7), time] },
    { file: 'c.tif', notices: [] },
  ];
  expect(noticeSentences(files)).toEqual([
    '2 images have several slices (a.tif has 4 slices), and their maximum is used; choose with --z.',
    '2 images, such as a.tif, have 5 points in time, and the first is used; choose with --time.',
  ]);
  const pictures = { kind: 'pictures', found: '3 pictures', taken: 'the first is used' } as const;
  expect(noticeSentences([{ file: 'a.tif', notices: [z(4), pictures] }])).toEqual([
    'a.tif has 3 pictures, and the first is used; save the others as files of their own to use them, for example with Fiji.',
    'a.tif has 4 slices, and their maximum is used; choose with --z.',
  ]);
});

test('a choice that was left open is kept as it was made', () => {
  const selection = { channels: ['DAPI'], z: null, time: null };
  expect(resolvedSelection(selection, [{ file: 'a.tif', notices: [z(4)] }])).toEqual({
    ...selection,
    z: 'max',
  });
});
