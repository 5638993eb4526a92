import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings } from '@deepflash/segmentation';
import { beforeEach, expect, test } from 'vitest';
import type { DataRecord } from '../data/record.js';
import { modelFiles } from '../prediction/model-set.js';
import { beginRun, openRun, refuseNewerRun } from './run.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
});

const network = { encoder: 'resnet18', encoderWeights: 'none' };
const given = { ...network, steps: 5, scale: 1, tileSize: 64, batchSize: 1 };
const settings = parseSettings(given);
const data: DataRecord = {
  schemaVersion: 1,
  imageFolder: '/images',
  maskFolder: '/masks',
  selection: { channels: null, z: null, time: null },
  channels: 1,
  classValues: [0, 255],
  folds: 1,
  models: 1,
  statistics: { means: [1], stds: [1], minima: [0], maxima: [2] },
  items: [
    {
      name: 'a',
      image: { name: 'a.png', bytes: 1, sha256: 'x' },
      mask: { name: 'a.png', bytes: 1, sha256: 'y' },
      width: 4,
      height: 4,
      fold: 1,
    },
  ],
  unmatched: [],
  software: {},
};

test('a run that was begun is opened again, also with its files in another place', async () => {
  const run = join(folder, 'deep', 'run');
  await beginRun(run, settings, data);
  await beginRun(run, settings, { ...data, imageFolder: '/moved' });
  expect(await openRun(run)).toEqual({
    path: run,
    settings: { ...settings, device: 'cpu' },
    reasons: {},
    data: { ...data, imageFolder: '/moved' },
  });
  expect(JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))).toMatchObject({
    schemaVersion: 1,
    steps: 5,
  });
});

test('other settings and other data are refused with what differs', async () => {
  await beginRun(folder, settings, data);
  const items = data.items.map((item) => ({ ...item, mask: { ...item.mask, sha256: 'z' } }));
  await expect(beginRun(folder, parseSettings({ ...network, steps: 6 }), { ...data, items })).rejects.toThrow(
    /steps was 5, now 6; masks changed: a\.png\): give the same ones/,
  );
});

test('other groups and other masks of experts are refused', async () => {
  const withGroup = (group: string, sha256 = 'e') => ({
    ...data,
    items: data.items.map((item) => ({ ...item, group, experts: [{ name: 'ann/a.png', bytes: 1, sha256 }] })),
  });
  await beginRun(folder, settings, withGroup('mouse 1'));
  await beginRun(folder, settings, withGroup('mouse 1'));
  await expect(beginRun(folder, settings, withGroup('mouse 2', 'f'))).rejects.toThrow(
    /groups changed: a; masks of experts changed: a\)/,
  );
});

test('a run that began with other usual changes of tiles goes on with them', async () => {
  const run = join(folder, 'former');
  const former = { contrast: 0, blur: 1.5, blurProbability: 0.5 };
  await beginRun(run, parseSettings({ ...given, ...former }), data);
  expect((await beginRun(run, settings, data)).settings).toMatchObject(former);
  await expect(beginRun(run, parseSettings({ ...given, blur: 3 }), data)).rejects.toThrow(
    /blur was 1\.5, now 3/,
  );
});

test('a folder that holds something else is refused', async () => {
  writeFileSync(join(folder, 'thesis.docx'), '');
  await expect(beginRun(folder, settings, data)).rejects.toThrow(/is no run .* holds thesis\.docx/);
});

test('a run whose making was cut off is made anew', async () => {
  writeFileSync(join(folder, 'data.json'), '{');
  await beginRun(folder, settings, data);
  expect((await openRun(folder)).data).toEqual(data);
});

test('a run of a newer version is refused', async () => {
  mkdirSync(join(folder, 'run'));
  writeFileSync(join(folder, 'run', 'config.json'), '{"schemaVersion": 2}');
  await expect(openRun(join(folder, 'run'))).rejects.toThrow(/schemaVersion 2/);
});

test('what was left open is chosen once, with reasons, and stays', async () => {
  const run = join(folder, 'open');
  const begun = await beginRun(run, parseSettings({}), data);
  const chosen = {
    encoder: 'resnet18',
    encoderWeights: 'none',
    scale: 1,
    tileSize: 32,
    batchSize: 16,
    steps: 300,
  };
  expect(begun.settings).toMatchObject(chosen);
  expect(Object.keys(begun.reasons).sort()).toEqual(Object.keys(chosen).sort());
  expect(await beginRun(run, parseSettings({}), { ...data, objects: { count: 9, size: 400 } })).toEqual(
    begun,
  );
  await expect(beginRun(run, parseSettings({ tileSize: 64 }), data)).rejects.toThrow(
    /tileSize was 32, now 64/,
  );
  expect((await openRun(run)).reasons).toEqual(begun.reasons);
});

test('a run of a newer version is refused with what to do', async () => {
  const run = join(folder, 'newer');
  await beginRun(run, settings, data);
  const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
  writeFileSync(join(run, 'config.json'), JSON.stringify({ ...config, schemaVersion: 2, hologram: true }));
  await expect(openRun(run)).rejects.toThrow(
    /config\.json was written by a newer deepflash .*update deepflash/,
  );
  await expect(beginRun(run, settings, data)).rejects.toThrow(/newer deepflash/);
});

test('a run of a newer version is refused by name, and not predicted with', async () => {
  const run = join(folder, 'newer');
  await beginRun(run, settings, data);
  await refuseNewerRun(run);
  await refuseNewerRun(join(folder, 'nothing'));
  const config = join(run, 'config.json');
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), schemaVersion: 99 }));
  for (const open of [refuseNewerRun, openRun, modelFiles]) {
    await expect(open(run)).rejects.toThrow(
      /config\.json was written by a newer deepflash .*update deepflash/,
    );
  }
});
