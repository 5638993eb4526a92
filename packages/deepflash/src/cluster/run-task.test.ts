import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { describeModelFile, parseSettings } from '@deepflash/segmentation';
import { afterAll, expect, test } from 'vitest';
import { inspectData } from '../data/inspect.js';
import { sampleImage } from '../demo/cells.js';
import { isFinished } from '../jobs/train-run.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import { beginRun, openRun } from '../runs/run.js';
import { runTask } from './run-task.js';
import { writeSubmission } from './submission.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-task-'));
const [images, masks, path] = ['images', 'masks', 'run'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a fold that fails leaves the rest to be told, and only it is missing then', async () => {
  for (const one of [images, masks]) mkdirSync(one);
  for (let number = 1; number <= 2; number++) {
    const { image, mask } = sampleImage({ number, size: 64 });
    writeFileSync(join(images, `${number}.png`), encodePng(image));
    writeFileSync(join(masks, `${number}.png`), encodePng(encodeMask(mask)));
  }
  const settings = parseSettings({
    ...{ architecture: 'PSPNet', encoder: 'mobilenet_v2', encoderWeights: 'none', folds: 2, steps: 1 },
    ...{ tileSize: 64, scale: 1, batchSize: 1, learningRate: 0.001, validationEvery: 1, threads: 1 },
    ...{ testTimeAugmentation: false, tileThreads: 0, device: 'cpu' },
  });
  const { record } = await inspectData({ images, masks }, settings);
  await beginRun(path, settings, record);
  await writeSubmission(path, {
    ...{ schemaVersion: 1, kind: 'training', submitted: new Date().toISOString(), tasks: 2, jobs: {} },
    workingFolder: process.cwd(),
  });
  const task = (name: string) => runTask(path, name, new AbortController().signal);

  const { checkpoint, checkpointFolder } = foldFiles(path, 2);
  mkdirSync(checkpointFolder, { recursive: true });
  writeFileSync(checkpoint, 'cut off');
  const failed = await task('fold-2').catch((error: Error) => error.message);
  expect(failed).toBeTypeOf('string');
  await expect(task('finish')).rejects.toThrow(/2 of 2 folds of .* are not trained/);
  expect(existsSync(runFiles(path).report)).toBe(false);

  await task('fold-1');
  const told = await task('finish').catch((error: Error) => error.message);
  expect(told).toContain(`Fold 2 is not trained: ${failed}`);
  expect(told).toMatch(/1 of 2 folds .* which does only what is missing.*of the others alone/s);
  expect(readFileSync(runFiles(path).report, 'utf8')).toMatch(/Incomplete:.*Fold 2 is not trained/);
  expect(isFinished(await openRun(path))).toBe(false);
  const networks = () => describeModelFile(readFileSync(runFiles(path).ensemble)).ensemble?.weights;
  expect(networks()).toEqual([1]);

  rmSync(checkpoint);
  await task('fold-2');
  expect(await task('finish')).toBeUndefined();
  expect(networks()).toEqual([0.5, 0.5]);
  expect(readFileSync(runFiles(path).report, 'utf8')).not.toMatch(/Incomplete/);
  expect(isFinished(await openRun(path))).toBe(true);
}, 240_000);
