import { matchMasks } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { matchingLines, matchingTable } from './matching-table.js';

const things = { each: ['image', 'images'], partner: ['mask', 'masks'] } as const;

test('the table says how many files matched, and names a few of those that did not', () => {
  expect(matchingLines(matchingTable(matchMasks(['a.png'], ['a.png'])), things)).toEqual([
    '1 image has its mask, and no file is left over.',
  ]);
  const masks = Array.from({ length: 13 }, (_, index) => `z${index + 10}.png`);
  const lines = matchingLines(matchingTable(matchMasks(['a.png', 'b.png'], ['a.png', ...masks])), things);
  expect(lines.slice(0, 3)).toEqual([
    '1 image has its mask; 14 files are not used:',
    '  b.png has no mask whose name begins with b',
    '  z10.png begins with the name of no image',
  ]);
  expect(lines.slice(-2)).toEqual(['  z18.png begins with the name of no image', '  and 4 more']);
});
