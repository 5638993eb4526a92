import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { writeWorkbook } from './workbook.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-workbook-'));

/** The cells of a sheet, as programs that read workbooks understand them. */
async function written(rows: readonly Record<string, string | number | null>[]) {
  const path = join(folder, 'a.xlsx');
  const columns = ['file', 'dice'];
  await writeWorkbook(path, [
    { name: 'images', columns, rows },
    { name: 'none', columns: ['x'], rows: [] },
  ]);
  const files = unzipSync(readFileSync(path));
  const xml = (name: string): string => strFromU8(files[name] ?? new Uint8Array());
  expect([...xml('xl/workbook.xml').matchAll(/<sheet name="(.*?)"/g)].map(([, name]) => name)).toEqual([
    'images',
    'none',
  ]);
  return [...xml('xl/worksheets/sheet1.xml').matchAll(/<row>(.*?)<\/row>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<c\/>|<c[^>]*>(?:<is><t[^>]*>(.*?)<\/t><\/is>|<v>(.*?)<\/v>)<\/c>/gs)].map(
      ([, text, number]) => text ?? (number === undefined ? null : Number(number)),
    ),
  );
}

test('texts and numbers come back as they were, and what no cell can hold is empty', async () => {
  const rows = [
    { file: 'Müller & Söhne <1>.png', dice: 0.8125 },
    { file: '  two\nlines\u0001 ', dice: null },
    { file: '0042', dice: Number.NaN },
    { file: '', dice: -3 },
  ];
  expect(await written(rows)).toEqual([
    ['file', 'dice'],
    ['Müller &amp; Söhne &lt;1&gt;.png', 0.8125],
    ['  two\nlines\ufffd ', null],
    ['0042', null],
    ['', -3],
  ]);
});

test('many rows are written in parts, the same each time, and nothing is left beside', async () => {
  const rows = Array.from({ length: 3500 }, (_, index) => ({ file: `${index}.png`, dice: index / 7 }));
  const cells = await written(rows);
  const first = readFileSync(join(folder, 'a.xlsx'));
  expect(cells.slice(1)).toEqual(rows.map(({ file, dice }) => [file, dice]));
  await written(rows);
  expect(readFileSync(join(folder, 'a.xlsx')).equals(first)).toBe(true);
  expect(readdirSync(folder)).toEqual(['a.xlsx']);
});
