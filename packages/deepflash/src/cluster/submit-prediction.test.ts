import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { runFiles } from '../runs/layout.js';
import { randomNetwork } from '../testing/random-network.js';
import { clusterFiles } from './layout.js';
import { writeSubmission } from './submission.js';
import { submitPrediction } from './submit-prediction.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-submit-'));
const [images, model] = [join(folder, 'images'), join(folder, 'model.onnx')];
mkdirSync(images);
const side = 6100;
const data = new Uint8Array(side * side);
writeFileSync(
  join(images, 'large.png'),
  encodePng({ width: side, height: side, channels: 1, dtype: 'uint8', data }),
);
writeFileSync(model, randomNetwork());

const selection = { channels: null, z: null, time: null };
const settings = { testTimeAugmentation: false, device: 'cpu', threads: 1, selection } as const;
const asked = { models: [model], images, out: join(folder, 'out'), settings };
const objects = { prominence: null, depth: null, minimumSize: 0, excludeBorder: false };

test('a prediction into a run is refused and leaves the work on it alone', async () => {
  const run = join(folder, 'run');
  mkdirSync(run);
  writeFileSync(runFiles(run).config, '{}');
  const submission = { schemaVersion: 1, kind: 'training', tasks: 1, jobs: {} } as const;
  await writeSubmission(run, { ...submission, submitted: '', workingFolder: folder });
  await expect(submitPrediction({ asked: { ...asked, out: run } })).rejects.toThrow(/is a run/);
  expect(existsSync(clusterFiles(run).submission)).toBe(true);
});

test('masks that somebody drew are not replaced', async () => {
  const data = join(folder, 'data');
  mkdirSync(join(data, 'masks'), { recursive: true });
  writeFileSync(join(data, 'masks', 'large.png'), 'drawn by hand');
  const submitted = submitPrediction({ asked: { ...asked, out: data } });
  await expect(submitted).rejects.toThrow(/masks holds files, such as large\.png, that deepflash predict/);
  expect(existsSync(clusterFiles(data).folder)).toBe(false);
});

test.each([
  { separate: 'watershed', fillHoles: false },
  { separate: 'auto', fillHoles: true },
] as const)('objects of a large image in bands are refused where they need the whole: %o', async (ways) => {
  const submitted = submitPrediction({ asked: { ...asked, objects: { ...objects, ...ways } }, bands: 2 });
  await expect(submitted).rejects.toThrow(/6100 x 6100 pixels, .* connected components only/);
  expect(existsSync(asked.out)).toBe(false);
});
