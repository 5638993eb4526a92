import { ImageFileError } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { explain, otherChannels, PageError } from './explain.ts';

test('what is wrong with a file is told whatever its name is', () => {
  expect(explain(otherChannels('Allocortex.tif', 3, 1))).toMatch(/^Allocortex\.tif .*3 channels.*with 1/);
  const damaged = { file: 'out of memory.png', problem: 'is damaged', remedy: 'export it again' };
  expect(explain(new ImageFileError(damaged))).toMatch(/is damaged/);
  expect(explain(new PageError('Allocortex.tif has no mask.'))).toBe('Allocortex.tif has no mask.');
});

test.each([42, new RangeError('Array buffer allocation failed'), new Error('std::bad_alloc')])(
  'lack of memory is told as such: %s',
  (error) => expect(explain(error)).toMatch(/^There is not enough memory in this page/),
);
