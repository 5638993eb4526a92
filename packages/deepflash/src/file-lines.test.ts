import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileLines } from './file-lines.js';

test.each([
  { end: 'a whole last line', last: '\n' },
  { end: 'a last line that was cut off', last: '\n{"file":' },
  { end: 'nothing', last: undefined },
])('lines come as they were written, also longer ones than are read at a time: $end', ({ last }) => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-lines-'));
  const file = join(folder, 'predicted.jsonl');
  const lines = [
    '"asked"',
    '',
    'ä€🔬'.repeat(40_000),
    ...Array.from({ length: 9000 }, (_, i) => `Zelle ${i} µm`),
  ];
  writeFileSync(file, last === undefined ? '' : lines.join('\n') + last);
  const cut = last?.slice(1);
  expect([...fileLines(file)]).toEqual(last === undefined ? [] : [...lines, ...(cut ? [cut] : [])]);
  rmSync(folder, { recursive: true });
});
