import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openImageFile } from '../node.js';

const others = fileURLToPath(new URL('../../fixtures/others/', import.meta.url));

it.each([
  ['two-images.ome.tif', { slices: 1, channels: 1, others: 1 }],
  ['other-pages.tif', { slices: 2, channels: 1, others: 2 }],
])('counts the pictures of %s that are not read', async (name, wanted) => {
  const source = await openImageFile(join(others, name));
  const { channels, ...info } = source.info;
  expect({ ...info, channels: channels.length }).toMatchObject({ width: 5, height: 4, ...wanted });
  await source.close();
});

describe('a set of pictures in several files, each of which tells of all', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deepflash-set-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const calibrations = [
    { pixelSize: { x: 0.5, y: 0.5, z: null }, unit: 'µm', channels: [{ name: 'DAPI', colour: null }] },
    { pixelSize: { x: 0.25, y: 0.25, z: null }, unit: 'µm', channels: [{ name: 'GFP', colour: null }] },
  ];

  it.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])('is in the file of series %i and time %i that series at that time', async (series, time) => {
    const source = await openImageFile(join(others, `set-s${series}-t${time}.ome.tif`));
    const width = 5 + series;
    expect(source.info).toMatchObject({ width, frames: 1, frameInterval: 90, ...calibrations[series] });
    expect(source.info.others).toBeUndefined();
    const { data } = await source.readRegion({ x: 0, y: 0, width, height: 4 });
    expect(new Set(data)).toEqual(new Set([10 * series + time]));
    await source.close();
  });

  it('knows a file that was renamed by its UUID, and tells where nothing says which picture it is', async () => {
    const original = join(others, 'set-s1-t1.ome.tif');
    const renamed = join(folder, 'renamed.ome.tif');
    await copyFile(original, renamed);
    const source = await openImageFile(renamed);
    expect((await source.readRegion({ x: 0, y: 0, width: 1, height: 1 })).data).toEqual(Uint8Array.of(11));
    await source.close();
    const bytes = await readFile(original, 'latin1');
    const [, uuid = ''] = /OME [^>]*UUID="([^"]+)"/.exec(bytes) ?? [];
    const strange = join(folder, 'strange.ome.tif');
    await writeFile(strange, bytes.replace(uuid, uuid.replace(/.$/, 'z')), 'latin1');
    await expect(openImageFile(strange)).rejects.toThrow(
      /strange\.ome\.tif is none of the files in which its OME-XML has its 2 images \(set-s0-t0.*, …\); give it/,
    );
  });

  it('is whole in the file that has the metadata alone', async () => {
    const source = await openImageFile(join(others, 'set.companion.ome'));
    expect(source.info).toMatchObject({ width: 5, frames: 2, others: 1 });
    const last = await source.readRegion({ x: 0, y: 0, width: 1, height: 1, frame: 1 });
    expect(last.data).toEqual(Uint8Array.of(1));
    await source.close();
  });
});
