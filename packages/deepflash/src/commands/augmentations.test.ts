import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMask, encodePng, readImage } from '@deepflash/imaging';
import { afterAll, expect, test } from 'vitest';
import { sampleImage } from '../demo/cells.js';
import { commandsHere } from '../testing/commands-here.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const deepflash = commandsHere(folder);
for (const path of ['images', 'masks']) mkdirSync(join(folder, path));
const { image, mask } = sampleImage({ number: 1, size: 72 });
writeFileSync(join(folder, 'images', 'cells.png'), encodePng(image));
writeFileSync(join(folder, 'masks', 'cells.png'), encodePng(encodeMask(mask)));
const data = ['--images', 'images', '--masks', 'masks'];

test('a picture of the tiles is written, a row for each change, and a page that names the rows', async () => {
  const set = ['--set', 'tileSize=64', 'zoom=0.8,1.3'];
  const { code, stdout, stderr } = await deepflash(
    'augmentations',
    '--json',
    ...data,
    '--out',
    'sheet/tiles.png',
    '--columns',
    '2',
    ...set,
  );
  expect(code, stderr).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({ picture: 'sheet/tiles.png', page: 'sheet/tiles.html', columns: 2 });
  const { width, height, channels } = await readImage(
    readFileSync(join(folder, 'sheet', 'tiles.png')),
    'tiles.png',
  );
  const rows: { shown: string }[] = answer.rows;
  expect({ width, height, channels }).toEqual({ width: 132, height: 68 * rows.length - 4, channels: 3 });
  const page = readFileSync(join(folder, 'sheet', 'tiles.html'), 'utf8');
  for (const { shown } of rows.slice(1)) expect(page).toContain(shown);
});

test('a picture that is none and a number that is none are refused', async () => {
  expect(await deepflash('augmentations', ...data, '--out', 'tiles.jpg')).toMatchObject({
    code: 2,
    stderr: '--out tiles.jpg must end in .png: it is a picture.\n',
  });
  const many = await deepflash('augmentations', ...data, '--out', 'tiles.png', '--columns', 'many');
  expect(many).toMatchObject({
    code: 2,
    stderr: '--columns must be a whole number from 1 to 40, not many.\n',
  });
});
