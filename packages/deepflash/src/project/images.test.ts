import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { projectImages } from './images.js';
import { openProject } from './project.js';

async function newProject() {
  const { files } = await openProject(join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project'));
  const path = (file: string): string => join(files.images, file);
  const put = (file: string, width: number): void =>
    writeFileSync(
      path(file),
      encodePng({ width, height: 1, channels: 1, dtype: 'uint8', data: new Uint8Array(width) }),
    );
  return { images: projectImages(files), path, put };
}

test('an image is known as soon as it is there, as it is now, and no longer than it is there', async () => {
  const { images, path, put } = await newProject();
  put('a.png', 1);
  expect(await images.named('a')).toMatchObject({ file: 'a.png', width: 1 });
  await expect(images.named('b')).rejects.toThrow('There is no image b in this project.');
  put('b.png', 2);
  expect(await images.named('b')).toMatchObject({ width: 2 });
  put('b.png', 3);
  utimesSync(path('b.png'), 1, 1);
  expect(await images.named('b')).toMatchObject({ width: 3 });
  renameSync(path('b.png'), path('b.tif'));
  expect(await images.named('b')).toMatchObject({ file: 'b.tif', width: 3 });
  rmSync(path('b.tif'));
  await expect(images.named('b')).rejects.toThrow('There is no image b');
  expect((await images.list()).map(({ name }) => name)).toEqual(['a']);
});

test('images are listed in the order of their names; what cannot be read is told, and other files are passed over', async () => {
  const { images, path, put } = await newProject();
  for (const file of ['b.png', 'a10.png', 'a2.png', '.hidden.png']) put(file, 1);
  writeFileSync(path('notes.txt'), '');
  writeFileSync(path('no-folder.zarr'), '');
  writeFileSync(path('broken.png'), 'nothing');
  expect((await images.list()).map(({ name, problem }) => [name, problem === undefined])).toEqual([
    ['a10', true],
    ['a2', true],
    ['b', true],
    ['broken', false],
  ]);
});
