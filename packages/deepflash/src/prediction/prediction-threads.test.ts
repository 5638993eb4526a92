import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, float32, Graph } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { encodePng } from '@deepflash/imaging';
import {
  buildNetwork,
  encodeModelFile,
  type PredictedRows,
  predictRowsWithModels,
  rowsOf,
  type TileWays,
} from '@deepflash/segmentation';
import { describe, expect, test } from 'vitest';
import { predictionFiles } from '../runs/layout.js';
import { predictFolder } from './predict-folder.js';
import { divisionOf } from './prediction-threads.js';

// A thread runs a built file.
const { openEnsembleInThreads }: typeof import('./ensemble.js') = await import(
  new URL('../../dist/prediction/ensemble.js', import.meta.url).href
);
const { startPredictionThread }: typeof import('./prediction-thread.js') = await import(
  new URL('../../dist/prediction/prediction-thread.js', import.meta.url).href
);

describe('the cores are divided', () => {
  const needs = { modelBytes: 100e6, tilePixels: 512 ** 2 };

  test('into a thread for each while the memory holds their models', () => {
    expect(divisionOf(8, needs, 64e9)).toEqual({ threads: 8, cores: 1 });
    expect(divisionOf(8, needs, 4e9)).toEqual({ threads: 2, cores: 4 });
  });

  test('into one where it is small', () => {
    expect(divisionOf(8, needs, 1e9)).toEqual({ threads: 1, cores: 8 });
  });
});

const network = {
  ...({ architecture: 'Unet', encoder: 'mobilenet_v2', classes: 2 } as const),
  ...{ encoderDepth: 3 as const, decoderChannels: [16, 8, 8] },
};

function modelFile(folder: string, seed: number): string {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 32, 32]), { ...network, mode: 'evaluate' });
  const weights = new Map(
    graph.variables.map(({ name, value, initialiser }) => [
      name,
      float32(value.shape, initialiser(value.shape, createRandom(seed, name))),
    ]),
  );
  const statistics = { means: [seed / 10], stds: [1], classValues: [0, 255] };
  const description = { schemaVersion: 1, ...network, channels: 1, tileSize: 32, scale: 1, ...statistics };
  const file = join(folder, `${seed}.onnx`);
  writeFileSync(file, encodeModelFile(network, { ...description, schemaVersion: 1 }, weights));
  return file;
}

test('threads predict as one does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
  const files = [modelFile(folder, 1), modelFile(folder, 2)];
  const runtime = await nodeRuntime({ device: 'cpu', threads: 1 });
  const random = createRandom('image');
  const image = { channels: 1, height: 50, width: 70 };
  const planes = { ...image, data: Float32Array.from({ length: 50 * 70 }, () => random.normal()) };
  const predicted = async (cores: number): Promise<PredictedRows[]> => {
    const { models, openPredictor, dispose } = await openEnsembleInThreads(runtime, files, { cores });
    expect(openPredictor === undefined).toBe(cores === 1);
    const rows: PredictedRows[] = [];
    const shared = openPredictor === undefined ? {} : { openPredictor };
    const ways = { augmentation: 'flips', combine: 'majority', weights: [0.7, 0.3], ...shared } as const;
    await predictRowsWithModels(rowsOf(planes), models, ways, (more) => void rows.push(more));
    await dispose();
    return rows;
  };
  expect(await predicted(2)).toEqual(await predicted(1));
});

test('a model that cannot be opened leaves the tables of an earlier prediction', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
  const [images, out] = [join(folder, 'images'), join(folder, 'out')];
  for (const one of [images, out]) mkdirSync(one);
  writeFileSync(
    join(images, 'a.png'),
    encodePng({ width: 8, height: 8, channels: 1, dtype: 'uint8', data: new Uint8Array(64) }),
  );
  const { results, log } = predictionFiles(out);
  writeFileSync(log, '');
  writeFileSync(results, 'of an earlier prediction');
  // It says what it is, and holds an operator that there is not.
  const file = modelFile(folder, 1);
  writeFileSync(file, readFileSync(file, 'latin1').replaceAll('Conv', 'Cnov'), 'latin1');
  const ensemble = await openEnsembleInThreads(await nodeRuntime(), [file], { cores: 2 });
  const prediction = predictFolder({ images, out, ensemble, augmentation: 'none' });
  await expect(prediction).rejects.toThrow(/1\.onnx is no model of deepflash \(.*Cnov/);
  await ensemble.dispose();
  expect(readFileSync(results, 'utf8')).toBe('of an earlier prediction');
});

test('a thread that failed says so to whoever asks, also later', async () => {
  // @ts-expect-error Without what it is to do it fails as soon as it starts, and looks at no tiles.
  const thread = startPredictionThread(null);
  const ways: TileWays = {
    ...{ channels: 1, classes: 2, separationPlanes: 0, tile: { height: 32, width: 32 } },
    ...{ augmentations: ['none'], zooms: [1], weights: [1], batchSize: 1, ballots: 'none' },
  };
  const predict = () => thread.predict({ ways, tiles: new Float32Array(32 * 32) });
  await expect(predict()).rejects.toThrow(TypeError);
  await expect(predict()).rejects.toThrow(TypeError);
  await thread.close();
});
