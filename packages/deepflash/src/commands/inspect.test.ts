import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, encodeTiff } from '@deepflash/imaging';
import { afterAll, expect, test } from 'vitest';
import { commandLine } from '../testing/command-line.js';
import { commandsHere } from '../testing/commands-here.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const deepflash = commandsHere(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = { width: 2, height: 1 };
const two = { ...size, channels: 2, dtype: 'uint16', data: Uint16Array.of(1, 500, 2, 700) } as const;
writeFileSync(join(folder, 'two.tif'), encodeTiff(two));
const grey = Uint8Array.of(7, 7, 7, 9, 9, 9);
writeFileSync(join(folder, 'grey.png'), encodePng({ ...size, channels: 3, dtype: 'uint8', data: grey }));
writeFileSync(
  join(folder, 'broken.png'),
  encodePng({ ...size, channels: 3, dtype: 'uint8', data: grey }).slice(0, 40),
);

test('one file is one object', async () => {
  const { code, stdout } = await deepflash('inspect', '--json', 'two.tif');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    file: 'two.tif',
    format: 'TIFF',
    width: 2,
    height: 1,
    channels: 2,
    slices: 1,
    frames: 1,
    dtype: 'uint16',
    pixelSize: null,
    unit: null,
    statistics: [
      { min: 1, max: 2, mean: 1.5 },
      { min: 500, max: 700, mean: 600 },
    ],
  });
});

test('what can be read of a folder is shown, and what cannot is named', async () => {
  const { code, stdout, stderr } = await deepflash('inspect', '.');
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /grey\.png\n(.*\n)*? {2}used as {5}one grey channel \(red, green and blue are equal\)/,
  );
  expect(stdout).toMatch(/two\.tif\n(.*\n)*? {2}used as {5}2 channels \(1, 2\)/);
  expect(stderr).toMatch(/1 of 3 files could not be read:\n {2}- broken\.png is truncated/);
  const json = await deepflash('inspect', '--json', '.');
  expect(JSON.parse(json.stdout)).toMatchObject([
    { file: 'broken.png', problem: expect.stringMatching(/is truncated/) },
    { file: 'grey.png', channels: 3 },
    { file: 'two.tif', channels: 2 },
  ]);
});

test('chosen parts are told, and parts that are not there', async () => {
  expect((await deepflash('inspect', 'two.tif', '--channels', '2')).stdout).toMatch(
    /used as {5}1 channel \(2\)/,
  );
  const wrong = await deepflash('inspect', 'two.tif', '--channels', 'DAPI');
  expect(wrong.stdout).toMatch(/used as {5}not as chosen: two\.tif has no channel "DAPI"; it has 1, 2;/);
});

test('many files are read by several threads, in their order', async () => {
  const many = join(folder, 'many');
  mkdirSync(many);
  for (let i = 0; i < 40; i++) {
    const data = Uint8Array.of(i, i + 2);
    writeFileSync(join(many, `${100 + i}.png`), encodePng({ ...size, channels: 1, dtype: 'uint8', data }));
  }
  const { stdout } = await commandLine(folder)('inspect', '--json', 'many');
  const found: { statistics: { mean: number }[] }[] = JSON.parse(stdout);
  expect(found.map(({ statistics }) => statistics[0]?.mean)).toEqual(
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
});

test('a folder without images among other paths does not keep them from being read', async () => {
  mkdirSync(join(folder, 'empty'));
  const { code, stdout, stderr } = await deepflash('inspect', 'two.tif', 'empty');
  expect(code).toBe(1);
  expect(stdout).toMatch(/two\.tif\n {2}format {6}TIFF, uint16/);
  expect(stderr).toMatch(/1 of 2 files could not be read:\n {2}- empty is empty;/);
  expect((await deepflash('inspect', 'empty')).code).toBe(2);
});

test.each([
  { args: [], code: 2, says: /missing required argument 'file'/ },
  { args: ['gone.tif'], code: 1, says: /^gone\.tif does not exist; check the path\.$/m },
  { args: ['.', '--z', 'min'], code: 2, says: /z must be a whole number from 1, max or mean/ },
])('what is wrong is said in a sentence: $args', async ({ args, code, says }) => {
  const outcome = await deepflash('inspect', ...args);
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(outcome.stderr).toMatch(says);
});
