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

test('a long table has one header, and each of its rows', () => {
  const rows = Array.from({ length: 12_001 }, (_, row) => ({ row }));
  const lines = new TextDecoder().decode(encodeCsv(['row'], rows)).split('\n');
  expect(lines).toEqual(['row', ...rows.map(({ row }) => String(row)), '']);
  expect(new TextDecoder().decode(encodeCsv(['row'], []))).toBe('row\n');
});
