import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@deepflash/imaging';
import { afterAll, expect, test } from 'vitest';
import { StoppedError, WorkError } from '../errors.js';
import { beginPrediction } from '../prediction/predict-folder.js';
import { predictionFiles } from '../runs/layout.js';
import { randomNetwork } from '../testing/random-network.js';
import { doneShards } from './done-shards.js';
import { runTask, TimeLimitError } from './run-task.js';
import { writeShards } from './shards.js';
import { writeSubmission } from './submission.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-prediction-task-'));
const [images, out, model] = ['images', 'out', 'model.onnx'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const pathOf = (name: string): string => join(images, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is done again, what is passed over, and what is no result any more', async () => {
  mkdirSync(images);
  const picture = { width: 64, height: 64, channels: 1, dtype: 'uint8', data: new Uint8Array(4096) } as const;
  for (const name of ['a.png', 'b.png', 'c.png']) writeFileSync(pathOf(name), encodePng(picture));
  writeFileSync(model, randomNetwork());
  const settings = { testTimeAugmentation: false, device: 'cpu', threads: 1, selection: {} } as const;
  const asked = { models: [model], images, out, settings };
  await beginPrediction(asked);
  const tasks = await writeShards(out, { lists: [['a.png', 'b.png'], ['c.png']], bands: [] }, 0);
  await writeSubmission(out, {
    ...{ schemaVersion: 1, kind: 'prediction', submitted: '', workingFolder: '.', tasks, jobs: {} },
    prediction: { ...asked, networks: '' },
  });
  const task = (name: string, signal = new AbortController().signal) => runTask(out, name, signal);

  // At its time limit before anything was done, it would be queued again for ever; stopped by its user, it would not.
  const atLimit = AbortSignal.abort(new TimeLimitError('The time limit is near.'));
  await expect(task('shard-1', atLimit)).rejects.toThrow(WorkError);
  await expect(task('shard-1', AbortSignal.abort())).rejects.toThrow(StoppedError);

  const isDone = () => [1, 2].map(doneShards(out, images, { probabilities: false }));
  expect(await task('shard-1')).toBeUndefined();
  expect(isDone()).toEqual([true, false]);
  rmSync(predictionFiles(out).mask('a'));
  expect(isDone()).toEqual([false, false]);
  await task('shard-1');
  utimesSync(pathOf('a.png'), 1, 1);
  expect(isDone()).toEqual([false, false]);
  rmSync(pathOf('a.png'));
  expect(isDone()).toEqual([true, false]);
  expect(await task('shard-1')).toBeUndefined();

  // Of the shard that was never done, an earlier prediction left a mask.
  const stale = predictionFiles(out).mask('c');
  writeFileSync(stale, 'of other networks');
  expect(await task('finish')).toMatch(/^1 of 2 images could not be predicted:\n.*c\.png was not predicted/);
  expect(existsSync(stale)).toBe(false);
  expect(readFileSync(predictionFiles(out).results, 'utf8')).toMatch(/^file,.*\nb\.png,.*\n$/);
});
