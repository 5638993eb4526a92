import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { openBand } from '../prediction/band-file.js';
import { openEnsembleWhenNeeded } from '../prediction/ensemble.js';
import { askedFor } from '../prediction/folder-work.js';
import { beginPrediction } from '../prediction/predict-folder.js';
import { predictionFiles } from '../runs/layout.js';
import { randomNetwork } from '../testing/random-network.js';
import { mergeShards } from './merge-shards.js';
import { bandFiles, writeShards } from './shards.js';

test('of images in bands, one that was deleted is ignored and one that failed keeps no earlier results', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-merge-'));
  const [images, out, model] = ['images', 'out', 'model.onnx'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(images);
  const data = new Uint8Array(64 * 64);
  writeFileSync(
    join(images, 'a.png'),
    encodePng({ width: 64, height: 64, channels: 1, dtype: 'uint8', data }),
  );
  writeFileSync(model, randomNetwork());
  // Putting together asks the networks for nothing but what they are.
  const ensemble = await openEnsembleWhenNeeded(() => Promise.reject(new Error('opened')), [model]);
  const options = { images, out, ensemble, augmentation: 'none' } as const;
  await beginPrediction(options);
  const stale = predictionFiles(out).mask('a');
  writeFileSync(stale, 'of an earlier prediction');

  const band = { band: { first: 0, end: 1 }, number: 1, of: 1 };
  const bands = ['a.png', 'gone.png'].map((file) => ({ file, ...band }));
  const tasks = await writeShards(out, { lists: [], bands }, 0);
  const path = join(images, 'a.png');
  const failed = await openBand(bandFiles(out, 1), askedFor(options), path);
  failed.fail('a.png could not be read.');
  failed.close();
  const done = await openBand(bandFiles(out, 2), askedFor(options), path);
  done.finish();
  done.close();

  const submission = { schemaVersion: 1, kind: 'prediction', tasks, jobs: {} } as const;
  const problem = await mergeShards(out, { ...submission, submitted: '', workingFolder: folder }, options);
  expect(problem).toMatch(/^1 of 1 images could not be predicted:\n.*a\.png could not be read/);
  expect(existsSync(stale)).toBe(false);
  // Nobody will put the bands of the deleted image together.
  expect([1, 2].map((shard) => existsSync(bandFiles(out, shard).values))).toEqual([true, false]);
  await ensemble.dispose();
});
