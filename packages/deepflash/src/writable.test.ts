import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkWritable } from './writable.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));

test('a folder that can be made leaves no trace of the check', () => {
  checkWritable(join(folder, 'new', 'deep'));
  expect(readdirSync(folder)).toEqual([]);
});

test('a file in the way is named', () => {
  const file = join(folder, 'notes.txt');
  writeFileSync(file, 'x');
  expect(() => checkWritable(file)).toThrow(/notes.txt is a file, not a folder/);
  expect(() => checkWritable(join(file, 'out'))).toThrow(/cannot be made because .*notes.txt is a file/);
});

test.skipIf(process.platform !== 'linux')('a place that cannot be written is refused', () => {
  expect(() => checkWritable('/proc/results')).toThrow(/\/proc\/results cannot be written \(.*\): choose/);
});
