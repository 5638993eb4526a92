import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeHalfWritten } from './half-written.js';
import { writeSubmission } from './submission.js';

test('what a killed task left half-written among results goes, and nothing else', async () => {
  const out = mkdtempSync(join(tmpdir(), 'deepflash-half-'));
  mkdirSync(join(out, 'masks'));
  const [left, mask] = [join(out, 'masks', '.1234.tmp'), join(out, 'masks', 'a.png')];
  for (const file of [left, mask]) writeFileSync(file, 'x');
  // Of a folder of which nothing is known, others may be writing.
  await removeHalfWritten(out);
  expect(existsSync(left)).toBe(true);
  await writeSubmission(out, {
    ...{ schemaVersion: 1, kind: 'prediction', submitted: '', workingFolder: '.', tasks: 1, jobs: {} },
  });
  await removeHalfWritten(out);
  expect(existsSync(left)).toBe(false);
  expect(existsSync(mask)).toBe(true);
});
