import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGroups } from './groups.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));

function table(text: string): string {
  const file = join(folder, 'groups.csv');
  writeFileSync(file, text);
  return file;
}

test('files are named with or without their ending, in any dialect that spreadsheets write', async () => {
  const file = table(
    '\ufeffgroup;file;note\r\nmouse 1;a.tif;\r\n"mouse;2";b.1;x\r\n\r\nmouse 1;c;\r\nmouse 9;unused.tif;\r\n',
  );
  expect([...(await readGroups(file, ['a', 'b.1', 'c']))]).toEqual([
    ['a', 'mouse 1'],
    ['b.1', 'mouse;2'],
    ['c', 'mouse 1'],
  ]);
});

test('what is wrong with a table is said with the remedy', async () => {
  await expect(readGroups(table('a,1\n'), ['a'])).rejects.toThrow(/columns file and group/);
  await expect(readGroups(table('file,group\na,1\n'), ['a', 'b'])).rejects.toThrow(/no line for b: add/);
  await expect(readGroups(table('file,group\na,1\na.png,2\n'), ['a'])).rejects.toThrow(/two groups, 1 and 2/);
  await expect(readGroups(table('file,group\na,\n'), ['a'])).rejects.toThrow(/a no group/);
  await expect(readGroups(join(folder, 'gone.csv'), ['a'])).rejects.toThrow(/gone\.csv does not exist/);
});
