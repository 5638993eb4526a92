import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseSettings } from '@deepflash/segmentation';
import { afterAll, expect, test } from 'vitest';
import { cachedPath } from '../weights/hub.js';
import { imagenetFiles } from '../weights/starting-weights.js';
import { chooseNetwork } from './choose-network.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A home in which nobody is reached, with these weights in its cache. */
function place(name: string, cached: readonly string[] = []) {
  const surroundings = {
    env: {
      DEEPFLASH_CACHE: join(folder, name),
      HF_ENDPOINT: 'http://127.0.0.1:1',
      HF_HUB_CACHE: join(folder, 'none'),
    },
    platform: 'linux' as const,
    home: folder,
  };
  for (const encoder of cached) {
    const path = cachedPath(imagenetFiles(encoder)[0], surroundings);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'weights');
  }
  return { surroundings };
}

test('a light pretrained encoder is taken on a processor where its weights can be had', async () => {
  const { settings, reasons } = await chooseNetwork(parseSettings({}), place('full', ['mobilenet_v2']));
  expect(settings).toMatchObject({ encoder: 'mobilenet_v2', encoderWeights: 'imagenet' });
  for (const reason of [reasons.encoder, reasons.encoderWeights]) expect(reason).toMatch(/^[A-Z].*\.$/);
});

test('where nobody answers, a ResNet starts from random weights, and why is said', async () => {
  const { settings, reasons } = await chooseNetwork(parseSettings({}), place('empty'));
  expect(settings).toMatchObject({ encoder: 'resnet18', encoderWeights: 'none' });
  expect(reasons.encoderWeights).toMatch(/could not be downloaded: .*put it here: .*random weights\.$/);
});

test('what is given stays', async () => {
  const given = { encoder: 'resnet34', encoderWeights: 'none' };
  expect(await chooseNetwork(parseSettings(given))).toMatchObject({ settings: given, reasons: {} });
  const open = await chooseNetwork(parseSettings({ encoder: 'resnet34' }), place('other'));
  expect(open.settings).toMatchObject(given);
  expect(Object.keys(open.reasons)).toEqual(['encoderWeights']);
  const random = await chooseNetwork(parseSettings({ encoderWeights: 'none' }));
  expect(random.settings).toMatchObject({ encoder: 'resnet18', encoderWeights: 'none' });
});

test('weights of a repository need the name of their encoder', async () => {
  await expect(chooseNetwork(parseSettings({ encoderWeights: 'hf:lab/weights' }))).rejects.toThrow(
    /set encoder to its name/,
  );
});
