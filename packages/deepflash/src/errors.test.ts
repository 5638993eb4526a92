import { readFileSync } from 'node:fs';
import { ImageFileError } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { DataError, explain, StoppedError, UsageError } from './errors.js';

test.each([
  [new UsageError('Name a folder.'), 2],
  [new ImageFileError({ file: 'a.png', problem: 'is truncated', remedy: 'copy it again' }), 1],
  [new DataError(['a.png has no mask.']), 1],
  [new StoppedError('Stopped.'), 130],
])('%s ends with its own message and the exit code %i', (error, exitCode) => {
  expect(explain(error)).toEqual({ message: error.message, exitCode });
});

test('an error of the operating system becomes a sentence with the file', () => {
  try {
    readFileSync('missing/file.png');
  } catch (error) {
    expect(explain(error)).toEqual({
      message: 'missing/file.png does not exist: check the path.',
      exitCode: 1,
    });
  }
});

test('what nobody foresaw is said to be a fault of the program', () => {
  expect(explain(new TypeError('x is undefined'))).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/fault of deepflash.*x is undefined.*\n.*DEEPFLASH_DEBUG=1/),
  });
});
