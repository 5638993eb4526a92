import { expect, test } from 'vitest';
import { encodeCsv } from './csv.js';

test('cells with commas and quotes are quoted, missing numbers are empty', () => {
  const bytes = encodeCsv(
    ['file', 'score'],
    [
      { file: 'a, "b".png', score: 0.25 },
      { file: 'c.png', score: null },
    ],
  );
  expect(new TextDecoder().decode(bytes)).toBe('file,score\n"a, ""b"".png",0.25\nc.png,\n');
});
