import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeSafetensors, float32, Graph, type Tensor } from '@deepflash/engine';
import {
  buildNetwork,
  encodeModelFile,
  type ModelDescription,
  publishedWeights,
} from '@deepflash/segmentation';
import { afterAll, describe, expect, test } from 'vitest';
import { cacheFolder } from './cache-folder.js';
import { cachedPath } from './hub.js';
import { findWeights, readStartingWeights } from './starting-weights.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const network = { architecture: 'Unet', encoder: 'resnet18' } as const;
const settings = { ...network, encoderWeights: 'none', initialWeights: null };
const need = { ...network, classes: 2, channels: 1, fold: 1 };

/** A home where nobody is reached. */
const lonely = (cache: string) => ({
  env: { DEEPFLASH_CACHE: cache, HF_ENDPOINT: 'http://127.0.0.1:1' },
  platform: 'linux' as const,
  home: folder,
});

function zeroWeights(channels: number, classes = 2): Map<string, Tensor> {
  const graph = new Graph();
  const images = graph.input('images', [1, channels, 64, 64]);
  buildNetwork(graph, images, { ...network, classes, mode: 'evaluate' });
  return new Map(graph.variables.map(({ name, value }) => [name, float32(value.shape)]));
}

function written(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

const colour = encodeSafetensors(zeroWeights(3));

describe('encoderWeights', () => {
  test('none is no source', async () => {
    expect(await findWeights(settings)).toBeUndefined();
  });

  test('a file is taken for the encoder alone, and adapted to grey images', async () => {
    const file = written('colour.safetensors', colour);
    const source = await findWeights({ ...settings, encoderWeights: file });
    if (source === undefined) throw new Error('no source');
    const { weights, notices, origin } = await readStartingWeights(source, need);
    expect([...weights.keys()].every((name) => name.startsWith('encoder.'))).toBe(true);
    expect(notices).toHaveLength(1);
    expect(origin).toMatchObject({ source: 'colour.safetensors', part: 'encoder', preprocessing: null });
    expect(origin.sha256).toHaveLength(64);
  });

  test('imagenet comes from the hub once, and then from the cache', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(200, { 'content-length': colour.length });
      response.end(request.method === 'HEAD' ? undefined : colour);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const where = lonely(join(folder, 'cache'));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const online = { ...where, env: { ...where.env, HF_ENDPOINT: endpoint } };
    const imagenet = { ...settings, encoderWeights: 'imagenet' };
    const source = await findWeights(imagenet, { surroundings: online });
    server.close();
    const path =
      '/smp-hub/resnet18.imagenet/resolve/3f2325ff978283d47aa6a1d6878ca20565622683/model.safetensors';
    expect(asked).toEqual([`HEAD ${path}`, `GET ${path}`]);
    expect(await findWeights(imagenet, { surroundings: where })).toEqual(source);
    if (source === undefined) throw new Error('no source');
    const { origin } = await readStartingWeights(source, need);
    expect(origin.preprocessing?.means).toEqual([0.485, 0.456, 0.406]);
  });

  test('without a connection it says which file to put where, and takes it from there', async () => {
    const where = lonely(join(folder, 'by-hand'));
    const imagenet = { ...settings, encoderWeights: 'imagenet' };
    const published = publishedWeights.resnet18;
    if (published === undefined) throw new Error('resnet18 is published');
    const place = cachedPath(published, where);
    const failure = await findWeights(imagenet, { surroundings: where, waits: [0] }).catch(String);
    expect(failure).toContain('127.0.0.1:1 cannot be reached');
    expect(failure).toContain(`/model.safetensors elsewhere and put it here: ${place}`);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, colour);
    expect((await findWeights(imagenet, { surroundings: where }))?.paths).toEqual([place]);
  });

  test('what Python has downloaded need not be downloaded again', async () => {
    const where = lonely(join(folder, 'empty'));
    const repository = join(folder, '.cache', 'huggingface', 'hub', 'models--lab--cells');
    const file = join(repository, 'snapshots', 'abc', 'part', 'w.safetensors');
    for (const path of [file, join(repository, 'refs', 'main')])
      mkdirSync(dirname(path), { recursive: true });
    writeFileSync(file, colour);
    writeFileSync(join(repository, 'refs', 'main'), 'abc');
    const found = await findWeights(
      { ...settings, encoderWeights: 'hf:lab/cells/part/w.safetensors' },
      { surroundings: where },
    );
    expect(found).toMatchObject({ paths: [file], name: 'hf:lab/cells/part/w.safetensors@main' });
  });

  test.each(['hf:lab/..', 'hf:lab/cells/../w.safetensors', 'hf:lab/cells@..'])(
    '%s leads nowhere',
    async (text) => {
      await expect(findWeights({ ...settings, encoderWeights: text })).rejects.toThrow(/write hf:owner/);
    },
  );

  test('a pickle is refused unread, with the way to convert it', async () => {
    const read = async (file: string) => {
      const source = await findWeights({ ...settings, encoderWeights: file });
      if (source === undefined) throw new Error('no source');
      return readStartingWeights(source, need);
    };
    await expect(read('/nowhere/model.pth')).rejects.toThrow(/save_file.*'\/nowhere\/model\.safetensors'/);
    const disguised = written('disguised.safetensors', Uint8Array.of(0x80, 2, 0x7d, 0x71));
    await expect(read(disguised)).rejects.toThrow(/pickle/);
    await expect(read(written('cut.safetensors', colour.subarray(0, 5000)))).rejects.toThrow(
      /cut\.safetensors cannot be used as encoderWeights: /,
    );
    await expect(read(join(folder, 'gone.safetensors'))).rejects.toThrow(
      /gone\.safetensors, which does not exist/,
    );
  });
});

describe('initialWeights', () => {
  const description: ModelDescription = {
    schemaVersion: 1,
    ...network,
    classes: 3,
    channels: 1,
    tileSize: 64,
    scale: 1,
    means: [0],
    stds: [1],
    classValues: [0, 1, 2],
  };
  const model = (value: number) => {
    const weights = zeroWeights(1, 3);
    weights.set('decoder.blocks.0.conv1.1.weight', float32([256], new Float32Array(256).fill(value)));
    return encodeModelFile({ ...network, classes: 3 }, description, weights);
  };
  const run = join(folder, 'run');
  written('run/folds/1/model.onnx', model(1));
  written('run/folds/2/model.onnx', model(2));

  test('each network goes on from one of the run, also with other classes', async () => {
    const source = await findWeights({ ...settings, initialWeights: run });
    if (source === undefined) throw new Error('no source');
    for (const fold of [1, 2, 3]) {
      const { weights, notices, origin } = await readStartingWeights(source, { ...need, fold });
      expect(weights.get('decoder.blocks.0.conv1.1.weight')?.data[7]).toBe(fold === 2 ? 2 : 1);
      expect(weights.has('segmentation_head.0.weight')).toBe(false);
      expect(notices).toEqual([expect.stringContaining('not for 2 classes')]);
      expect(origin).toMatchObject({ source: 'run', part: 'network' });
    }
  });

  test('a network of another kind is named', async () => {
    const source = await findWeights({ ...settings, initialWeights: join(run, 'folds', '1', 'model.onnx') });
    if (source === undefined) throw new Error('no source');
    await expect(readStartingWeights(source, { ...need, encoder: 'resnet34' })).rejects.toThrow(
      /is a Unet with the encoder resnet18, but a Unet with resnet34/,
    );
  });
});

test('the cache lies where each platform keeps such files', () => {
  const at = (platform: NodeJS.Platform, env = {}) => cacheFolder({ platform, env, home: '/home/a' });
  expect(at('linux')).toBe('/home/a/.cache/deepflash');
  expect(at('linux', { XDG_CACHE_HOME: '/tmp/c' })).toBe('/tmp/c/deepflash');
  expect(at('darwin')).toBe('/home/a/Library/Caches/deepflash');
  expect(at('win32', { LOCALAPPDATA: 'L' })).toBe(join('L', 'deepflash', 'Cache'));
  expect(at('darwin', { DEEPFLASH_CACHE: '/data/cache' })).toBe('/data/cache');
});
