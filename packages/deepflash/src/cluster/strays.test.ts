import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeEarlierResults, removeStrays } from './strays.js';
import { writeSubmission } from './submission.js';

test('what a killed task left half-written among results goes, and nothing else', async () => {
  const out = mkdtempSync(join(tmpdir(), 'deepflash-half-'));
  mkdirSync(join(out, 'masks'));
  const [left, mask] = [join(out, 'masks', '.1234.tmp'), join(out, 'masks', 'a.png')];
  for (const file of [left, mask]) writeFileSync(file, 'x');
  // Of a folder of which nothing is known, others may be writing.
  await removeStrays(out);
  expect(existsSync(left)).toBe(true);
  await writeSubmission(out, {
    ...{ schemaVersion: 1, kind: 'prediction', submitted: '', workingFolder: '.', tasks: 1, jobs: {} },
  });
  await removeStrays(out);
  expect(existsSync(left)).toBe(false);
  expect(existsSync(mask)).toBe(true);
});

test('files of an image that was not predicted go, and those of others stay', async () => {
  const out = mkdtempSync(join(tmpdir(), 'deepflash-earlier-'));
  for (const folder of ['masks', 'rois']) mkdirSync(join(out, folder));
  const ofA = [join(out, 'masks', 'a.png'), join(out, 'rois', 'a.zip')];
  const ofB = join(out, 'masks', 'b.png');
  for (const file of [...ofA, ofB]) writeFileSync(file, 'x');
  await removeEarlierResults(out, ['a']);
  expect(ofA.map((file) => existsSync(file))).toEqual([true, true]);
  await writeSubmission(out, {
    ...{ schemaVersion: 1, kind: 'prediction', submitted: '', workingFolder: '.', tasks: 1, jobs: {} },
  });
  await removeEarlierResults(out, ['a']);
  expect([...ofA, ofB].map((file) => existsSync(file))).toEqual([false, false, true]);
});
