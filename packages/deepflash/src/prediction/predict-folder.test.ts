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
import { join, relative } from 'node:path';
import { nodeRuntime } from '@deepflash/engine/node';
import { decodeRoiSet, encodePng, encodeTiff, labelsFromRois, readZip } from '@deepflash/imaging';
import { openImageFile, readImageFile } from '@deepflash/imaging/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCsv } from '../csv.js';
import { sampleImage } from '../demo/cells.js';
import { largePredictionFiles, predictionFiles } from '../runs/layout.js';
import { randomNetwork } from '../testing/random-network.js';
import { lockFile } from '../training/run-lock.js';
import { type Ensemble, openEnsemble } from './ensemble.js';
import type { PredictFolderOptions } from './folder-work.js';
import { qualityFile } from './model-set.js';
import { predictFolder } from './predict-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const images = join(folder, 'images');
let ensemble: Ensemble;

beforeAll(async () => {
  mkdirSync(images);
  for (const number of [1, 2, 3]) {
    writeFileSync(join(images, `cell-${number}.png`), encodePng(sampleImage({ number, size: 80 }).image));
  }
  const model = join(folder, 'model.onnx');
  writeFileSync(model, randomNetwork());
  ensemble = await openEnsemble(await nodeRuntime(), [model]);
});
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
  // Results that somebody removed are made again; those of an image that can no longer be read go.
  rmSync(files.instancesOf('cell-1'));
  const intact = readFileSync(join(images, 'cell-2.png'));
  writeFileSync(join(images, 'cell-2.png'), intact.subarray(0, 500));
  const { resumed: still, failures } = await predicted('resume', { resume: true }).prediction;
  expect([still, failures.map(({ file }) => file)]).toEqual([1, ['cell-2.png']]);
  expect(existsSync(files.instancesOf('cell-1'))).toBe(true);
  expect(existsSync(files.mask('cell-2'))).toBe(false);
  writeFileSync(join(images, 'cell-2.png'), intact);
  let anew = 0;
  const onAnew = (): void => void anew++;
  const spelt = predicted('resume', { images: `${relative('.', images)}/`, resume: true, onAnew });
  expect([(await spelt.prediction).resumed, anew]).toEqual([2, 0]);
  const other = predicted('resume', { resume: true, objects: { minimumSize: 9 }, onAnew });
  expect([(await other.prediction).resumed, anew]).toEqual([0, 1]);
  expect((await predicted('resume').prediction).resumed).toBe(0);
});

test('files that an earlier prediction has written in another form do not stay beside those of this one', async () => {
  const { out, files, prediction } = predicted('forms', { probabilities: true });
  await prediction;
  const large = Object.values(largePredictionFiles(out, 'cell-1', 'ome-tiff'));
  for (const file of large) writeFileSync(file, 'of a larger image of this name');
  await predicted('forms').prediction;
  expect(large.filter((file) => existsSync(file))).toEqual([]);
  expect([existsSync(files.mask('cell-1')), existsSync(files.probabilityOf('cell-1'))]).toEqual([
    true,
    false,
  ]);
});

test('results have the pixel size of their image', async () => {
  const calibrated = join(folder, 'calibrated');
  mkdirSync(calibrated);
  const calibration = { pixelSize: { x: 0.25, y: 0.25, z: null }, unit: 'µm' };
  writeFileSync(
    join(calibrated, 'a.tif'),
    encodeTiff(sampleImage({ number: 1, size: 40 }).image, calibration),
  );
  const { files, prediction } = predicted('calibration', { images: calibrated, probabilities: true });
  await prediction;
  for (const path of [files.uncertaintyOf('a'), files.instancesOf('a'), files.probabilityOf('a')]) {
    const { info, close } = await openImageFile(path);
    expect(info, path).toMatchObject(calibration);
    await close();
  }
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

test('no file holds a number that is none, whatever is in the images, and when nothing is found', async () => {
  const odd = join(folder, 'odd');
  mkdirSync(odd);
  const size = { width: 40, height: 33, channels: 1 } as const;
  const cell = sampleImage({ number: 1, size: 40 }).image;
  const floats = Float32Array.from({ length: 40 * 33 }, (_, i) => ((i * 37) % 101) / 7);
  const broken = floats.map(
    (value, i) => [value, value, Number.NaN, value, Number.POSITIVE_INFINITY][i % 5] ?? 0,
  );
  writeFileSync(
    join(odd, 'constant.tif'),
    encodeTiff({ ...size, dtype: 'uint16', data: new Uint16Array(40 * 33).fill(7) }),
  );
  writeFileSync(join(odd, 'float.tif'), encodeTiff({ ...size, dtype: 'float32', data: floats }));
  writeFileSync(join(odd, 'missing.tif'), encodeTiff({ ...size, dtype: 'float32', data: broken }));
  writeFileSync(
    join(odd, 'nothing.tif'),
    encodeTiff({ ...size, dtype: 'float32', data: new Float32Array(40 * 33).fill(Number.NaN) }),
  );
  writeFileSync(
    join(odd, 'pixel.png'),
    encodePng({ ...cell, width: 1, height: 1, data: cell.data.slice(0, 1) }),
  );
  for (const [name, bias] of [
    ['found', [0, 0]],
    ['background', [60, -60]],
    ['foreground', [-60, 60]],
  ] as const) {
    const model = join(folder, `${name}.onnx`);
    writeFileSync(model, randomNetwork({ normalisation: 'image' }, bias));
    const other = await openEnsemble(await nodeRuntime(), [model]);
    const { out, prediction } = predicted(name, { images: odd, ensemble: other, probabilities: true });
    const { results, failures } = await prediction;
    await other.dispose();
    expect([results.length, failures]).toEqual([5, []]);
    if (name === 'background') expect(results.map(({ objects }) => objects)).toEqual([0, 0, 0, 0, 0]);
    expect(await numbersThatAreNone(out)).toEqual([]);
  }
});

test('an image whose values the network cannot bear is told, and the others are predicted', async () => {
  const far = join(folder, 'far');
  mkdirSync(far);
  const size = { width: 40, height: 40, channels: 1, dtype: 'float32' } as const;
  const near = Float32Array.from({ length: 1600 }, (_, i) => i % 100);
  writeFileSync(join(far, 'a.tif'), encodeTiff({ ...size, data: near.map((v, i) => (i % 7 ? v : -3.4e38)) }));
  writeFileSync(join(far, 'b.tif'), encodeTiff({ ...size, data: near }));
  const [model] = ensemble.models;
  /** As networks do whose sums exceed single precision. */
  const bearsLess: typeof model = {
    ...model,
    async predict(batch, shape) {
      const answer = await model.predict(batch, shape);
      return batch.some((value) => Math.abs(value) > 1e30) ? answer.map(() => Number.NaN) : answer;
    },
  };
  const description = { ...ensemble.description, means: [5] };
  const fragile = { ...ensemble, description, models: [bearsLess] as const };
  const { files, prediction } = predicted('beyond', { images: far, ensemble: fragile });
  const { results, failures } = await prediction;
  expect(results.map(({ file }) => file)).toEqual(['b.tif']);
  expect(failures).toEqual([
    { file: 'a.tif', problem: expect.stringMatching(/a\.tif cannot be predicted, .* no numbers; look for/) },
  ]);
  expect(existsSync(files.mask('a'))).toBe(false);
});

test('results of images that are not there any more stay, and that is said', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  for (const [at, numbers] of [
    [first, [1, 2, 3]],
    [second, [3, 4]],
  ] as const) {
    mkdirSync(at);
    for (const number of numbers) {
      writeFileSync(join(at, `n${number}.png`), encodePng(sampleImage({ number, size: 40 }).image));
    }
  }
  const { files, prediction } = predicted('moved', { images: first });
  expect((await prediction).notices).toEqual([]);
  writeFileSync(join(files.masks, 'own.png'), 'of somebody');
  const { notices } = await predicted('moved', { images: second }).prediction;
  expect(notices).toEqual([
    expect.stringMatching(
      /moved also holds results of 2 images that are not in .*second, .*: n1\.png, n2\.png\./,
    ),
  ]);
  const names = (of: string) => readdirSync(of).sort();
  const all = ['n1.png', 'n2.png', 'n3.png', 'n4.png', 'own.png'];
  expect(names(files.masks)).toEqual(all);
  rmSync(join(second, 'n4.png'));
  const resumed = await predicted('moved', { images: second, resume: true }).prediction;
  expect([resumed.resumed, resumed.notices.length]).toEqual([1, 1]);
  expect(names(files.masks)).toEqual(all);
  const again = await predicted('moved', { images: second, resume: true }).prediction;
  expect([again.resumed, again.notices]).toEqual([1, []]);
});

test('tables that another command has written are not removed', async () => {
  const out = join(folder, 'scores');
  mkdirSync(out);
  for (const name of ['results.csv', 'results.xlsx']) writeFileSync(join(out, name), 'of scores');
  await expect(predicted('scores').prediction).rejects.toThrow(
    /scores.results\.csv is not of deepflash predict, whose own would take its place: name another folder/,
  );
  expect(readdirSync(out).sort()).toEqual(['results.csv', 'results.xlsx']);
});

/** The files of a prediction, and of its workbook, that hold NaN or Infinity. */
async function numbersThatAreNone(out: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    const path = join(out, file);
    if (/\.tif$/.test(file)) {
      const { data } = await readImageFile(path);
      if (data.some((value) => !Number.isFinite(value))) found.push(file);
    }
    const texts = /\.xlsx$/.test(file)
      ? readZip(readFileSync(path), file).map((entry) => new TextDecoder().decode(entry.read()))
      : /\.(csv|geojson|jsonl|html)$/.test(file)
        ? [readFileSync(path, 'utf8')]
        : [];
    if (texts.some((text) => /\b(NaN|Infinity|undefined)\b|#NUM/.test(text))) found.push(file);
  }
  return found;
}

test('two predictions into one folder do not mix, and what a killed one was writing goes', async () => {
  const out = join(folder, 'resume');
  const files = predictionFiles(out);
  mkdirSync(files.masks, { recursive: true });
  const lock = await lockFile(files.lock, out);
  const refused = predicted('resume', { resume: true }).prediction;
  await expect(refused).rejects.toThrow(/has been working on .*resume/);
  await lock.release();
  mkdirSync(join(files.masks, '.large.ome.zarr.1.tmp'));
  await predicted('resume', { resume: true }).prediction;
  expect(readdirSync(files.masks)).toHaveLength(3);
  expect(existsSync(files.lock)).toBe(false);
});

test('what an ensemble.onnx does by itself cannot be turned off', async () => {
  const description = {
    ...ensemble.description,
    ensemble: { weights: [1], augmentation: 'flips' as const },
  };
  const { out, prediction } = predicted('flips', { ensemble: { ...ensemble, description } });
  await expect(prediction).rejects.toThrow(/four flips, which cannot be turned off/);
  expect(existsSync(out)).toBe(false);
});

test('a run is no place for results', async () => {
  const out = join(folder, 'run');
  mkdirSync(out);
  for (const file of ['config.json', 'report.html']) writeFileSync(join(out, file), '{}');
  await expect(predicted('run').prediction).rejects.toThrow(/is a run, whose own results would be lost/);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toBe('{}');
});

test('masks and images that no prediction has written are not replaced', async () => {
  const { files, prediction } = predicted('drawn');
  await prediction;
  // As in a prediction that was stopped before its tables, which may be begun again.
  for (const file of [files.results, files.workbook]) rmSync(file);
  await predicted('drawn').prediction;
  const within = predicted('drawn', { images: files.masks }).prediction;
  await expect(within).rejects.toThrow(/images of .*masks lie in .*masks, .* name another folder with --out/);

  const data = join(folder, 'data');
  mkdirSync(join(data, 'masks'), { recursive: true });
  const drawn = join(data, 'masks', 'cell-1.png');
  writeFileSync(drawn, 'drawn by hand');
  await expect(predicted('data').prediction).rejects.toThrow(
    /data.masks holds files, such as cell-1\.png, that deepflash predict has not written/,
  );
  expect(readFileSync(drawn, 'utf8')).toBe('drawn by hand');
  expect(readdirSync(data)).toEqual(['masks']);
});
