import { expect, test } from 'vitest';
import { UsageError } from './errors.js';
import { wholeNumber } from './whole-number.js';

test('an option is a whole number in its range, or what is wrong is told', () => {
  expect([wholeNumber('--port', '0', 0, 65535), wholeNumber('--cpus', ' 12 ', 1)]).toEqual([0, 12]);
  for (const text of ['', ' ', 'four', '1.5', '-1', '65536', 'NaN']) {
    expect(() => wholeNumber('--port', text, 0, 65535), text).toThrow(UsageError);
  }
  expect(() => wholeNumber('--cpus', 'Infinity', 1)).toThrow(
    '--cpus must be a whole number from 1 on, not Infinity.',
  );
});
