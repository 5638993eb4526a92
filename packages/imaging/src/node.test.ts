import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FileWriteError,
  FolderError,
  ImageFileError,
  listImageFiles,
  openImageFile,
  readImageFile,
  writeFileAtomic,
} from './node.js';
import { encodePng } from './png/encode.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imaging-'));
});
afterEach(() => rm(folder, { recursive: true }));

const image = { width: 2, height: 1, channels: 1, dtype: 'uint8', data: Uint8Array.of(3, 250) } as const;

it('says which file of a picture in several files is missing', async () => {
  const path = join(folder, 'pair-c0.ome.tif');
  await copyFile(new URL('../fixtures/pictures/pair-c0.ome.tif', import.meta.url), path);
  const picture = await openImageFile(path);
  await expect(picture.readRegion({ x: 0, y: 0, width: 1, height: 1, channels: [1] })).rejects.toThrow(
    `${path} is one of several files, and pair-c1.ome.tif, which belongs to it, does not lie beside it; copy all of them`,
  );
  await picture.close();
});

describe('readImageFile', () => {
  it('reads by content, whatever the ending', async () => {
    const path = join(folder, 'really-png.tif');
    await writeFile(path, encodePng(image));
    expect(await readImageFile(path)).toEqual(image);
  });

  it('says that a file is missing, or is a folder', async () => {
    const missing = join(folder, 'missing.png');
    await expect(readImageFile(missing)).rejects.toThrow(`${missing} does not exist; check the path.`);
    await expect(readImageFile(folder)).rejects.toThrow(ImageFileError);
  });
});

describe('writeFileAtomic', () => {
  it('replaces a file as a whole and leaves nothing else', async () => {
    const path = join(folder, 'a.bin');
    await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    await writeFileAtomic(path, Uint8Array.of(4));
    expect(await readdir(folder)).toEqual(['a.bin']);
    expect([...(await readFile(path))]).toEqual([4]);
  });

  it('says that the folder is missing', async () => {
    const error = await writeFileAtomic(join(folder, 'no', 'a.bin'), new Uint8Array(1)).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(FileWriteError);
    expect(error).toMatchObject({ kind: 'file-write', remedy: 'create the folder first' });
  });

  it('removes its temporary file when the target is a folder', async () => {
    await mkdir(join(folder, 'taken', 'inside'), { recursive: true });
    await expect(writeFileAtomic(join(folder, 'taken'), new Uint8Array(1))).rejects.toThrow(FileWriteError);
    expect(await readdir(folder)).toEqual(['taken']);
  });
});

describe('listImageFiles', () => {
  it('lists image files and OME-Zarr folders by name, without hidden files, other folders and others', async () => {
    for (const name of ['b.TIF', 'a.png', 'c.tiff', 'e.jpg', 'f.zarr', '._a.png', 'Thumbs.db', 'notes.txt']) {
      await writeFile(join(folder, name), '');
    }
    for (const name of ['d.png', 'g.ome.zarr']) await mkdir(join(folder, name));
    expect(await listImageFiles(folder)).toEqual(['a.png', 'b.TIF', 'c.tiff', 'e.jpg', 'g.ome.zarr']);
  });

  it.each([
    ['missing', 'does not exist'],
    ['file.txt', 'is a file, not a folder'],
    ['empty', 'is empty'],
    ['gifs', 'holds no image file such as .png, .tif, .jpg or .ome.zarr (it holds x.gif)'],
  ])('says what is wrong with a folder: %s', async (name, problem) => {
    await writeFile(join(folder, 'file.txt'), '');
    await mkdir(join(folder, 'empty'));
    await mkdir(join(folder, 'gifs'));
    await writeFile(join(folder, 'gifs', 'x.gif'), '');
    const error = await listImageFiles(join(folder, name)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FolderError);
    expect(error).toMatchObject({ file: join(folder, name), problem });
  });
});
