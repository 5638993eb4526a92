import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, encodeTiff, type Image } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';
import { fromArrayBuffer } from 'geotiff';
import { afterAll, expect, test } from 'vitest';
import { commandLine } from '../testing/command-line.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const deepflash = commandLine(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const size = { width: 2, height: 1 };
const two: Image = { ...size, channels: 2, dtype: 'uint16', data: Uint16Array.of(1, 500, 2, 700) };
const float: Image = { ...size, channels: 1, dtype: 'float32', data: Float32Array.of(-1, 0.5) };
const colours: Image = { ...size, channels: 3, dtype: 'uint8', data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
writeFileSync(at('two.tif'), encodeTiff(two));
writeFileSync(at('float.tif'), encodeTiff(float));
writeFileSync(at('colours.png'), encodePng(colours));

/** The samples of every page of a TIFF as another program reads them. */
async function pagesOf(name: string): Promise<number[][]> {
  const bytes = new Uint8Array(readFileSync(at(name)));
  const file = await fromArrayBuffer(bytes.buffer);
  const pages: number[][] = [];
  for (let page = 0; page < (await file.getImageCount()); page++) {
    pages.push([...(await (await file.getImage(page)).readRasters({ interleave: true }))].map(Number));
  }
  return pages;
}

test('channels become pages of a TIFF, and colours stay together', async () => {
  for (const ending of ['tif', 'ome.tif']) {
    const two = await deepflash('convert', 'two.tif', `two-out.${ending}`);
    expect(two).toMatchObject({ code: 0, stderr: '' });
    expect(two.stdout).toMatch(/two-out.*TIFF, 2 x 1 pixels, 2 channels/);
    expect(await pagesOf(`two-out.${ending}`)).toEqual([
      [1, 2],
      [500, 700],
    ]);
    await deepflash('convert', 'colours.png', `colours.${ending}`);
    expect(await pagesOf(`colours.${ending}`)).toEqual([[1, 2, 3, 4, 5, 6]]);
  }
});

test('a chosen channel becomes a PNG', async () => {
  const { code, stdout } = await deepflash('convert', '--json', '--channels', '2', 'two.tif', 'second.png');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    file: 'two.tif',
    out: 'second.png',
    format: 'PNG',
    width: 2,
    height: 1,
    channels: 1,
    slices: 1,
    frames: 1,
    notices: [],
  });
  const { data } = await readImageFile(at('second.png'));
  expect([...data]).toEqual([500, 700]);
});

test('what a PNG cannot keep is said with the way out', async () => {
  const { code, stderr } = await deepflash('convert', 'float.tif', 'float.png');
  expect(code).toBe(0);
  expect(stderr).toMatch(/values from -1 to 0\.5 were scaled to these; write \.tif to keep them/);
  expect([...(await readImageFile(at('float.png'))).data]).toEqual([0, 65535]);
});

test('whole numbers stay what they are in a PNG, whatever type they had', async () => {
  writeFileSync(at('whole.tif'), encodeTiff({ ...float, data: Float32Array.of(0, 4711) }));
  expect((await deepflash('convert', 'whole.tif', 'whole.png')).stderr).toBe('');
  expect([...(await readImageFile(at('whole.png'))).data]).toEqual([0, 4711]);
});

test('a file that is there is replaced only when that is asked for', async () => {
  writeFileSync(at('there.png'), 'precious');
  const refused = await deepflash('convert', 'colours.png', 'there.png');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/there\.png exists already: choose another name, or give --force/);
  expect(readFileSync(at('there.png'), 'utf8')).toBe('precious');
  expect((await deepflash('convert', '--force', 'colours.png', 'there.png')).code).toBe(0);
  expect((await readImageFile(at('there.png'))).data).toEqual(colours.data);
});

test.each([
  {
    args: ['colours.png', 'a.gif'],
    code: 2,
    says: /a\.gif has none of the endings .*: \.png \(PNG\), \.tif/,
  },
  { args: ['--force', 'colours.png', 'colours.png'], code: 2, says: /is the file that is to be converted/ },
  { args: ['two.tif', 'two.png'], code: 1, says: /two\.tif has 2 channels, and two\.png can hold one/ },
  { args: ['two.tif', 'a.png', '--channels', 'GFP'], code: 2, says: /has no channel "GFP"; it has 1, 2;/ },
  { args: ['two.tif', 'a.tif', '--z', '2'], code: 2, says: /has no slice 2; it has one;/ },
  { args: ['gone.tif', 'a.png'], code: 1, says: /gone\.tif does not exist/ },
])('what cannot be done is said in a sentence: $args', async ({ args, code, says }) => {
  const outcome = await deepflash('convert', ...args);
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(outcome.stderr).toMatch(says);
  expect(existsSync(at('a.png'))).toBe(false);
});
