import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { encodePng, encodeTiff, type Image, NO_SELECTION } from '@deepflash/imaging';
import { afterAll, expect, test } from 'vitest';
import { commandsHere } from '../testing/commands-here.js';
import { readMaskFile } from './mask-file.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const deepflash = commandsHere(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plane = (...values: number[]): Image => ({
  ...{ width: values.length, height: 1, channels: 1, dtype: 'uint8' },
  data: Uint8Array.from(values),
});

/** An image in slice 1 and its mask in slice 2, as some programs save them. */
function putStack(name: string, mask: Image): void {
  const stack = { planes: [plane(7, 8, 9, 10), mask], channels: [{ name: null, colour: null }] };
  const said = { ...stack, slices: 2, frames: 1, pixelSize: null, unit: null };
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), encodeTiff(said, { metadata: 'imagej' }));
}

putStack('truth/a.tif', plane(0, 255, 255, 0));
putStack('experts/ann/a.tif', plane(0, 255, 255, 0));
putStack('experts/bob/a.tif', plane(0, 255, 0, 0));
mkdirSync(join(folder, 'predictions'));
writeFileSync(join(folder, 'predictions/a.png'), encodePng(plane(0, 255, 255, 255)));

test('a mask is one plane of its file, chosen where there are several', async () => {
  const path = join(folder, 'truth/a.tif');
  await expect(readMaskFile(path)).rejects.toThrow(/holds 2 planes, and a mask is one; save the plane/);
  await expect(readMaskFile(path, NO_SELECTION)).rejects.toThrow(/; choose with --z and --time, or save/);
  expect([...(await readMaskFile(path, { ...NO_SELECTION, z: 2 })).data]).toEqual([0, 255, 255, 0]);
});

/** A PNG of one row of RGBA (W3C PNG, third edition). */
function transparentPng(...pixels: (readonly [number, number, number, number])[]): Uint8Array {
  const part = (name: string, body: Uint8Array): Buffer => {
    const named = Buffer.concat([Buffer.from(name), body]);
    const ends = [body.length, crc32(named)].map((number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(number);
      return bytes;
    });
    return Buffer.concat([ends[0] ?? named, named, ends[1] ?? named]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    part('IHDR', Buffer.from([0, 0, 0, pixels.length, 0, 0, 0, 1, 8, 6, 0, 0, 0])),
    part('IDAT', deflateSync(Buffer.from([0, ...pixels.flat()]))),
    part('IEND', Buffer.alloc(0)),
  ]);
}

test('strokes on a transparent layer are what was drawn, whatever colour is hidden around them', async () => {
  const path = join(folder, 'layer.png');
  writeFileSync(
    path,
    transparentPng([255, 255, 255, 0], [255, 255, 255, 255], [255, 255, 255, 127], [9, 9, 9, 128]),
  );
  const read = await readMaskFile(path);
  expect([...read.data]).toEqual([0, 0, 0, 255, 255, 255, 0, 0, 0, 9, 9, 9]);
  expect(await readMaskFile(path, NO_SELECTION)).toEqual(read);
});

test.each([0, 102, 255])('a mask that is as transparent everywhere (%i) is as it is', async (opacity) => {
  const path = join(folder, 'even.png');
  writeFileSync(path, transparentPng([0, 0, 0, opacity], [255, 255, 255, opacity]));
  expect([...(await readMaskFile(path)).data]).toEqual([0, 0, 0, 255, 255, 255]);
});

test('a layer that was saved half transparent is what was drawn on it', async () => {
  const path = join(folder, 'faint.png');
  writeFileSync(path, transparentPng([255, 255, 255, 0], [255, 255, 255, 102]));
  expect([...(await readMaskFile(path)).data]).toEqual([0, 0, 0, 255, 255, 255]);
});

test('score and gt take the chosen plane of true masks', async () => {
  const score = ['score', '--predictions', 'predictions', '--masks', 'truth', '--out', 'scores', '--json'];
  expect((await deepflash(...score)).stderr).toMatch(/choose with --z/);
  const scored = await deepflash(...score, '--z', '2');
  expect(JSON.parse(scored.stdout)).toMatchObject({ images: 1, dice: 0.8 });
  expect((await deepflash(...score, '--z', '3')).stderr).toMatch(/has no slice 3; it has 2/);
  const gt = ['gt', '--experts', 'experts', '--out', 'consensus', '--method', 'majority', '--json'];
  expect((await deepflash(...gt)).stderr).toMatch(/choose with --z/);
  expect(JSON.parse((await deepflash(...gt, '--z', '2')).stdout)).toMatchObject({ images: 1 });
});
