import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, encodeTiff, type Image, NO_SELECTION, type TiffStack } from '@deepflash/imaging';
import { openImageFile, readImageFile } from '@deepflash/imaging/node';
import { afterAll, expect, test } from 'vitest';
import { convertFile } from '../conversion/convert-file.js';
import { explain } from '../errors.js';
import { commandsHere } from '../testing/commands-here.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const deepflash = commandsHere(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const size = { width: 2, height: 1 };
const two: Image = { ...size, channels: 2, dtype: 'uint16', data: Uint16Array.of(1, 500, 2, 700) };
const float: Image = { ...size, channels: 1, dtype: 'float32', data: Float32Array.of(-1, 0.5) };
const colours: Image = { ...size, channels: 3, dtype: 'uint8', data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
writeFileSync(at('two.tif'), encodeTiff(two));
writeFileSync(at('float.tif'), encodeTiff(float));
writeFileSync(at('colours.png'), encodePng(colours));

test('channels and colours are kept in TIFF and OME-TIFF', async () => {
  const converted = await deepflash('convert', 'two.tif', 'two.ome.tif');
  expect(converted).toMatchObject({ code: 0, stderr: '' });
  expect(converted.stdout).toMatch(/two\.ome\.tif: OME-TIFF, 2 x 1 pixels, 2 channels/);
  for (const [from, to] of [
    ['two.ome.tif', 'two-again.tif'],
    ['colours.png', 'colours.tif'],
  ] as const) {
    await convertFile({ file: at(from), out: at(to), selection: NO_SELECTION, existing: 'keep' });
  }
  for (const [name, format, picture] of [
    ['two.ome.tif', 'OME-TIFF', two],
    ['two-again.tif', 'ImageJ TIFF', two],
    ['colours.tif', 'ImageJ TIFF', colours],
  ] as const) {
    const source = await openImageFile(at(name));
    expect(source.info, name).toMatchObject({ format, rgb: picture === colours });
    expect(await source.readRegion({ x: 0, y: 0, ...size }), name).toEqual(picture);
    await source.close();
  }
});

test('stacks, names and calibration go to OME-Zarr and back', async () => {
  const planes = [1, 2, 3, 4].map((value): Image => ({ ...float, data: Float32Array.of(value, -value) }));
  const stack: TiffStack = {
    planes,
    channels: [
      { name: 'DAPI', colour: [0, 0, 255] },
      { name: 'GFP', colour: [0, 255, 0] },
    ],
    slices: 2,
    frames: 1,
    pixelSize: { x: 0.25, y: 0.5, z: 2 },
    unit: 'µm',
  };
  writeFileSync(at('stack.tif'), encodeTiff(stack, { metadata: 'imagej' }));
  expect((await deepflash('convert', 'stack.tif', 'stack.ome.zarr')).code).toBe(0);
  expect((await deepflash('convert', 'stack.ome.zarr', 'stack.ome.tif')).code).toBe(0);
  const { planes: _, ...said } = stack;
  for (const name of ['stack.ome.zarr', 'stack.ome.tif']) {
    const source = await openImageFile(at(name));
    expect(source.info, name).toMatchObject({ ...said, dtype: 'float32' });
    for (const [index, plane] of planes.entries()) {
      const part = { channels: [index % 2], slice: Math.floor(index / 2) };
      expect(await source.readRegion({ x: 0, y: 0, ...size, ...part }), name).toEqual(plane);
    }
    await source.close();
  }
  const again = await deepflash('convert', 'stack.tif', 'stack.ome.zarr');
  expect(again.stderr).toMatch(/exists already/);
});

test('the time between frames goes from kind to kind', async () => {
  const film: TiffStack = {
    planes: [float, float],
    channels: [{ name: null, colour: null }],
    ...{ slices: 1, frames: 2, pixelSize: { x: 0.001, y: 0.001, z: null }, unit: 'inch', frameInterval: 30 },
  };
  writeFileSync(at('film.tif'), encodeTiff(film));
  let file = 'film.tif';
  for (const out of ['film.ome.tif', 'film.ome.zarr', 'film-again.tif']) {
    await convertFile({ file: at(file), out: at(out), selection: NO_SELECTION, existing: 'keep' });
    const { info, close } = await openImageFile(at(out));
    expect(info, out).toMatchObject({ frames: 2, frameInterval: 30, unit: 'inch' });
    await close();
    file = out;
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
    from: 'colours.png',
    to: 'a.gif',
    code: 2,
    says: /a\.gif has none of the endings .*: \.png \(PNG\), \.tif .*\.ome\.zarr/,
  },
  { from: 'colours.png', to: 'colours.png', code: 2, says: /is the file that is to be converted/ },
  { from: 'two.tif', to: 'a.png', code: 1, says: /two\.tif has 2 channels, and .*a\.png can hold one/ },
  { from: 'two.tif', to: 'a.png', channels: ['GFP'], code: 2, says: /has no channel "GFP"; it has 1, 2;/ },
  { from: 'two.tif', to: 'a.tif', z: 2, code: 2, says: /has no slice 2; it has one;/ },
  { from: 'gone.tif', to: 'a.png', code: 1, says: /gone\.tif does not exist/ },
])('what cannot be done is said in a sentence: $from to $to', async ({ from, to, code, says, ...chosen }) => {
  const selection = { ...NO_SELECTION, ...chosen };
  const conversion = { file: at(from), out: at(to), selection, existing: 'replace' } as const;
  const error: unknown = await convertFile(conversion).catch((reason: unknown) => reason);
  expect(explain(error)).toMatchObject({ exitCode: code, message: expect.stringMatching(says) });
  expect(existsSync(at('a.png'))).toBe(false);
});
