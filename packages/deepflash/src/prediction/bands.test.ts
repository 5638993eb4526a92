import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeRuntime } from '@deepflash/engine/node';
import { encodePng } from '@deepflash/imaging';
import { bandEdges } from '@deepflash/segmentation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCsv } from '../csv.js';
import { sampleImage } from '../demo/cells.js';
import { predictionFiles } from '../runs/layout.js';
import { randomNetwork } from '../testing/random-network.js';
import { readBand } from './band-file.js';
import { joinBands, predictBand } from './bands.js';
import { type Ensemble, openEnsemble } from './ensemble.js';
import { askedFor, fileToPredict, type PredictFolderOptions } from './folder-work.js';
import { beginPrediction, finishPrediction, predictFolder } from './predict-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-bands-'));
const images = join(folder, 'images');
let ensemble: Ensemble;

beforeAll(async () => {
  mkdirSync(images);
  const { image } = sampleImage({ number: 1, size: 210 });
  const data = Uint8Array.from({ length: 210 * 70 }, (_, i) => {
    return image.data[Math.floor(i / 70) * 210 + (i % 70)] as number;
  });
  const slice = { width: 70, height: 210, channels: 1, dtype: 'uint8', data } as const;
  writeFileSync(join(images, 'cells.png'), encodePng(slice));
  writeFileSync(join(folder, 'model.onnx'), randomNetwork({ scale: 1.2 }));
  ensemble = await openEnsemble(await nodeRuntime({ threads: 1 }), [join(folder, 'model.onnx')]);
});
afterAll(() => ensemble.dispose());

const optionsFor = (out: string): PredictFolderOptions => {
  return { images, out, ensemble, augmentation: 'none', probabilities: true };
};
const bandOf = (number: number) => {
  return { values: join(folder, `${number}.values`), account: join(folder, `${number}.jsonl`) };
};

test('bands, of which one was stopped in the middle, give the very files of the whole', async () => {
  const whole = optionsFor(join(folder, 'whole'));
  await predictFolder(whole);

  const banded = optionsFor(join(folder, 'banded'));
  const asked = askedFor(banded);
  const tileRows = bandEdges(210, ensemble.description).length - 1;
  expect(tileRows).toBeGreaterThan(5);
  const bands = [0, 2, 5].map((first, index) => ({ first, end: [2, 5, tileRows][index] ?? tileRows }));
  await beginPrediction(banded);
  for (const [number, band] of bands.entries()) {
    const stopping = new AbortController();
    const stop = (part: number): void => {
      // As soon as a part of the middle band is kept.
      if (part > 0 && readBand(bandOf(1)).parts.length > 0) stopping.abort(new Error('stopped'));
    };
    const once = fileToPredict({ ...banded, signal: stopping.signal }, 'cells.png', stop);
    const predicted = predictBand(once, band, bandOf(number), asked);
    if (number === 1) {
      await expect(predicted).rejects.toThrow('stopped');
      const { parts, finished } = readBand(bandOf(1));
      expect(parts.length).toBeGreaterThan(0);
      expect(finished).toBe(false);
      await predictBand(fileToPredict(banded, 'cells.png'), band, bandOf(number), asked);
    } else await predicted;
    expect(readBand(bandOf(number)).finished).toBe(true);
    if (number === 1) break;
  }
  const file = fileToPredict(banded, 'cells.png');
  await expect(joinBands(file, [0, 1].map(bandOf), asked)).rejects.toThrow(/rows of it are missing/);
  await predictBand(file, bands[2] ?? { first: 0, end: 1 }, bandOf(2), asked);
  const entries = [await joinBands(file, [0, 1, 2].map(bandOf), asked)];
  await finishPrediction(banded, { entries, failures: [] });

  const [a, b] = [predictionFiles(whole.out), predictionFiles(banded.out)];
  const untimed = (path: string) => decodeCsv(readFileSync(path, 'utf8')).map((row) => row.slice(0, -1));
  expect(untimed(b.results)).toEqual(untimed(a.results));
  expect(readFileSync(b.objects, 'utf8')).toBe(readFileSync(a.objects, 'utf8'));
  expect(decodeCsv(readFileSync(a.objects, 'utf8')).length).toBeGreaterThan(1);
  for (const kind of ['masks', 'uncertainty', 'instances', 'probabilities', 'rois', 'geojson'] as const) {
    expect(readdirSync(b[kind])).toEqual(readdirSync(a[kind]));
    for (const name of readdirSync(a[kind])) {
      expect(readFileSync(join(b[kind], name)).equals(readFileSync(join(a[kind], name))), name).toBe(true);
    }
  }
});

test('an image that cannot be read is told by each of its bands', async () => {
  writeFileSync(join(images, 'text.png'), 'no image');
  const options = fileToPredict(optionsFor(join(folder, 'none')), 'text.png');
  const problem = await predictBand(options, { first: 0, end: 1 }, bandOf(9), 'asked');
  expect(problem).toMatch(/text\.png/);
  expect(readBand(bandOf(9))).toMatchObject({ finished: false, problem });
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
