import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, float32, Graph } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { decodeRoiSet, encodePng, encodeTiff, labelsFromRois } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';
import { buildNetwork, encodeModelFile } from '@deepflash/segmentation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCsv } from '../csv.js';
import { sampleImage } from '../demo/cells.js';
import { predictionFiles } from '../runs/layout.js';
import { type Ensemble, openEnsemble } from './ensemble.js';
import { qualityFile } from './model-set.js';
import { type PredictFolderOptions, predictFolder } from './predict-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const images = join(folder, 'images');
const network = { architecture: 'Unet', encoder: 'mobilenet_v2', classes: 2 } as const;
let ensemble: Ensemble;

/** A network of random weights, whose masks are therefore full of small objects. */
function randomNetwork(): Uint8Array {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 64, 64]), { ...network, mode: 'evaluate' });
  const random = createRandom('network');
  const weights = new Map(
    graph.variables.map(({ name, value: { shape } }) => {
      const count = shape.reduce((product, side) => product * side, 1);
      const [outputs = 1] = shape;
      const scale = Math.sqrt((2 * outputs) / count);
      const one = /running_var$|weight$/.test(name);
      const number = (): number => (shape.length > 1 ? scale * random.normal() : Number(one));
      return [name, float32(shape, Array.from({ length: count }, number))] as const;
    }),
  );
  const description = {
    ...{ schemaVersion: 1 as const, ...network, channels: 1, tileSize: 64, scale: 1 },
    ...{ means: [60], stds: [40], classValues: [0, 255] },
  };
  return encodeModelFile(network, description, weights);
}

beforeAll(async () => {
  mkdirSync(images);
  for (const number of [1, 2, 3]) {
    writeFileSync(join(images, `cell-${number}.png`), encodePng(sampleImage({ number, size: 80 }).image));
  }
  const model = join(folder, 'model.onnx');
  writeFileSync(model, randomNetwork());
  ensemble = await openEnsemble(await nodeRuntime(), [model]);
}, 60_000);
afterAll(() => ensemble.dispose());

function predicted(name: string, options: Partial<PredictFolderOptions> = {}) {
  const out = join(folder, name);
  const files = predictionFiles(out);
  return {
    out,
    files,
    prediction: predictFolder({ images, out, ensemble, augmentation: 'none', ...options }),
  };
}

test('regions, numbered objects and the table agree, and no number is missing', async () => {
  const { files, prediction } = predicted('agree', { probabilities: true, objects: { minimumSize: 4 } });
  const { results } = await prediction;
  const [head = [], ...rows] = decodeCsv(readFileSync(files.objects, 'utf8'));
  expect(head).toContain('mean1');
  expect(rows).toHaveLength(results.reduce((sum, { objects }) => sum + objects, 0));
  expect(rows.flat().filter((cell) => /NaN|Infinity|undefined/.test(cell))).toEqual([]);
  for (const { name, file, width, height, objects, expectedDice, unlike } of results) {
    const labels = await readImageFile(files.instancesOf(name));
    const rois = decodeRoiSet(readFileSync(files.roisOf(name)), file);
    expect(rois).toHaveLength(objects);
    const { features } = JSON.parse(readFileSync(files.geoJsonOf(name), 'utf8'));
    expect(features.map(({ properties }: { properties: { name: string } }) => properties.name)).toEqual(
      rois.map((roi) => roi.name),
    );
    const inOrder = [...rois].sort((a, b) => Number(a.name) - Number(b.name));
    expect(Array.from(labelsFromRois(inOrder, { width, height }).data)).toEqual(Array.from(labels.data));
    const own = rows.filter(([of]) => of === file);
    const doubt = new Map(
      own.map((row) => [row[head.indexOf('object')], Number(row[head.indexOf('uncertainty')])]),
    );
    const doubts = rois.map((roi) => doubt.get(roi.name) ?? Number.NaN);
    expect(doubts).toEqual([...doubts].sort((a, b) => b - a));
    const areas = own.map((row) => Number(row[head.indexOf('area')]));
    expect(areas).toEqual(
      areas.map((_, index) => Array.from(labels.data).filter((label) => label === index + 1).length),
    );
    expect(Math.min(...areas)).toBeGreaterThanOrEqual(4);
    const probability = await readImageFile(files.probabilityOf(name));
    const mask = await readImageFile(files.mask(name));
    expect(Array.from(mask.data)).toEqual(Array.from(probability.data, (p) => (p > 0.5 ? 255 : 0)));
    expect(expectedDice).toBeGreaterThan(0);
    expect(expectedDice).toBeLessThan(1);
    expect(unlike).toBe(false);
  }
});

test('what is there is not done again with --resume, unless image, networks or settings are others', async () => {
  const { out, files, prediction } = predicted('resume');
  const whole = await prediction;
  const content = (): Record<string, string> =>
    Object.fromEntries(
      [files.objects, ...readdirSync(join(out, 'masks')).map((name) => join(out, 'masks', name))].map(
        (file) => [file, readFileSync(file, 'latin1')],
      ),
    );
  const before = content();
  const lines = readFileSync(files.log, 'utf8').split('\n');
  // As if it was killed while it wrote what it had found in the second image.
  writeFileSync(files.log, `${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 60)}`);
  rmSync(files.mask('cell-2'));
  const resumed = await predicted('resume', { resume: true }).prediction;
  expect(resumed.resumed).toBe(1);
  expect(content()).toEqual(before);
  const untimed = (results: typeof whole.results) => results.map(({ seconds: _, ...result }) => result);
  expect(untimed(resumed.results)).toEqual(untimed(whole.results));

  utimesSync(join(images, 'cell-3.png'), new Date(), new Date(2020, 0, 1));
  expect((await predicted('resume', { resume: true }).prediction).resumed).toBe(2);
  const other = predicted('resume', { resume: true, objects: { minimumSize: 9 } });
  expect((await other.prediction).resumed).toBe(0);
  expect((await predicted('resume').prediction).resumed).toBe(0);
});

test('an image that is unlike those of the training is told with the reason', async () => {
  const level = { brightness: 4, contrast: 3, skewness: 1, finest: -1, fine: -1, middle: -2, coarse: -2 };
  const looks = Array.from({ length: 6 }, (_, i) => ({
    name: `${i}`,
    channels: [{ ...level, brightness: 9 + 0.01 * i }],
  }));
  const quality = join(folder, 'quality.json');
  writeFileSync(quality, JSON.stringify({ schemaVersion: 1, heldOut: [], images: looks }));
  const { files, prediction } = predicted('unlike', { quality });
  const { results } = await prediction;
  expect(results.every(({ unlike }) => unlike)).toBe(true);
  expect(results[0]?.reasons).toContainEqual(expect.stringMatching(/times darker than the training images/));
  expect(readFileSync(files.report, 'utf8')).toMatch(/Unlike the training images: .*times darker/);
  expect(readFileSync(files.results, 'utf8')).toMatch(/,yes,.*times darker/);
  expect(qualityFile(join(folder, 'model.onnx'))).toBe(quality);
});

test('an image of other channels is named with what to do, and the others are predicted', async () => {
  const mixed = join(folder, 'mixed');
  mkdirSync(mixed);
  writeFileSync(join(mixed, 'a.png'), encodePng(sampleImage({ number: 1, size: 64 }).image));
  const data = new Uint8Array(2 * 64 * 64);
  writeFileSync(
    join(mixed, 'b.tif'),
    encodeTiff({ width: 64, height: 64, channels: 2, dtype: 'uint8', data }),
  );
  const { files, prediction } = predicted('channels', { images: mixed });
  const { results, failures } = await prediction;
  expect(results.map(({ file }) => file)).toEqual(['a.png']);
  expect(failures).toEqual([
    { file: 'b.tif', problem: expect.stringMatching(/b\.tif has 2 channels.*--channels 1/) },
  ]);
  expect(existsSync(files.mask('b'))).toBe(false);
});
