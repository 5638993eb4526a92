import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, readZip } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { decodeCsv } from '../csv.js';
import { commandsHere } from '../testing/commands-here.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const deepflash = commandsHere(folder);

const row = (values: readonly number[]) =>
  encodePng({ width: values.length, height: 1, channels: 1, dtype: 'uint8', data: new Uint8Array(values) });

function masks(name: string, rows: Readonly<Record<string, readonly number[]>>): string {
  mkdirSync(join(folder, name));
  for (const [file, values] of Object.entries(rows)) writeFileSync(join(folder, name, file), row(values));
  return name;
}

test('two folders of predictions are compared in tables and in words', async () => {
  const truth = masks('truth', {
    'a.png': [0, 255, 255, 0],
    'b.png': [255, 0, 0, 0],
    'c.png': [0, 0, 255, 255],
  });
  const good = masks('good', {
    'a.png': [0, 255, 255, 0],
    'b.png': [255, 0, 0, 0],
    'c.png': [0, 255, 255, 255],
  });
  const poor = masks('poor', { 'a.png': [0, 255, 0, 0], 'b.png': [0, 0, 0, 0], 'c.png': [0, 255, 255, 255] });
  const args = ['score', '--predictions', good, '--against', poor, '--masks', truth, '--out', 'scores'];

  const inWords = await deepflash(...args);
  expect(inWords).toMatchObject({ code: 0 });
  expect(inWords.stdout).toMatch(/^dice +3 +0\.933 +0\.489 +2 +0 +0\.180$/m);

  const { stdout } = await deepflash(...args, '--json');
  const { comparison } = JSON.parse(stdout);
  expect(comparison[0]).toMatchObject({ measure: 'dice', images: 3, better: 2, worse: 0, equal: 1 });

  const out = join(folder, 'scores');
  expect(readdirSync(out).sort()).toEqual(['against.csv', 'comparison.csv', 'results.csv', 'results.xlsx']);
  const table = decodeCsv(readFileSync(join(out, 'comparison.csv'), 'utf8'));
  expect(table[1]?.slice(0, 2)).toEqual(['dice', '3']);
  // The image in which nothing was found has no distance; of few distances the percentile lies between them.
  const [header = [], ...rows] = decodeCsv(readFileSync(join(out, 'against.csv'), 'utf8'));
  const distances = rows.map((cells) => cells[header.indexOf('hausdorff95')] ?? '');
  expect(distances[1]).toBe('');
  expect(Number(distances[0])).toBeCloseTo(0.95, 12);
  expect(Number(distances[2])).toBeCloseTo(0.9, 12);
  expect(readFileSync(join(out, 'results.csv'), 'utf8')).not.toContain('NaN');
  const workbook = readZip(readFileSync(join(out, 'results.xlsx')), 'results.xlsx');
  expect([...workbook].filter(({ name }) => /worksheets\/sheet/.test(name))).toHaveLength(5);
});

test('of three classes each is told', async () => {
  const truth = masks('three', { 'a.png': [0, 128, 128, 255, 255, 0] });
  const found = masks('found', { 'a.png': [0, 1, 1, 2, 0, 0] });
  const args = ['score', '--predictions', found, '--masks', truth, '--out', 'of-three', '--json'];
  const { results } = JSON.parse((await deepflash(...args)).stdout);
  expect(results[0].perClass).toMatchObject([{ dice: 1 }, { dice: 2 / 3 }]);
});

test('the tables of a prediction are not replaced', async () => {
  const prediction = 'prediction';
  mkdirSync(join(folder, prediction));
  for (const name of ['predicted.jsonl', 'results.csv']) writeFileSync(join(folder, prediction, name), '');
  const args = ['score', '--predictions', 'good', '--masks', 'truth', '--out', prediction];
  const { code, stderr } = await deepflash(...args);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/holds a prediction, .* another folder with --out/),
  ]);
  expect(readdirSync(join(folder, prediction))).toHaveLength(2);
});

test('tables that are no scores are not replaced, and those of an earlier comparison go', async () => {
  mkdirSync(join(folder, 'ground-truth'));
  for (const name of ['experts.csv', 'results.xlsx']) writeFileSync(join(folder, 'ground-truth', name), '');
  const into = (out: string) => ['score', '--predictions', 'good', '--masks', 'truth', '--out', out];
  const { code, stderr } = await deepflash(...into('ground-truth'));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/results\.xlsx is not of deepflash score/)]);
  expect((await deepflash(...into('scores'))).code).toBe(0);
  expect(readdirSync(join(folder, 'scores')).sort()).toEqual(['results.csv', 'results.xlsx']);
});

test.each(['--classes 3', '--colours black=0,red=1'])('%s is refused with --instances', async (option) => {
  const args = `score --predictions good --masks truth --out objects --instances ${option}`;
  const { code, stderr } = await deepflash(...args.split(' '));
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/does not go with --instances, where .*: leave out/),
  ]);
});
