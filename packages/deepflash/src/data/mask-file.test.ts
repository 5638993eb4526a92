import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
