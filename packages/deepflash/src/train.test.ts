/** The whole way of a small network through the built program: training, stopping, going on, predicting. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { afterAll, expect, test } from 'vitest';
import { sampleImage } from './demo/cells.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const [images, masks] = [join(folder, 'images'), join(folder, 'masks')];
for (const path of [images, masks]) mkdirSync(path);
for (let number = 1; number <= 3; number++) {
  const { image, mask } = sampleImage({ number, size: 72 });
  writeFileSync(join(images, `cells-${number}.png`), encodePng(image));
  const drawn = encodeMask(mask);
  // A few pixels of a class that one image alone has, which is worth a note.
  if (number === 3) drawn.data.fill(128, 0, 9);
  writeFileSync(join(masks, `cells-${number}.png`), encodePng(drawn));
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The quickest network there is: what is tested here is the way around it. */
const small = [
  'architecture=PSPNet',
  'encoder=mobilenet_v2',
  'models=1',
  'tileSize=64',
  'batchSize=1',
  'steps=6',
  'validationEvery=6',
  'testTimeAugmentation=false',
];

function train(run: string): ChildProcess {
  const files = ['--images', images, '--masks', masks, '--out', join(folder, run)];
  return spawn(process.execPath, [cli, 'train', '--json', ...files, '--set', ...small], { stdio: 'pipe' });
}

/** What a process prints and how it ends; `onError` sees the error stream as it comes. */
async function outcome(child: ChildProcess, onError = (_: string): void => undefined) {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => {
    stdout += text;
  });
  child.stderr?.on('data', (text) => {
    stderr += text;
    onError(stderr);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** Small pictures of the held-out images, by their path. */
function pictures(run: string): Map<string, Buffer> {
  const under = join(folder, run, 'folds', '1', 'pictures');
  const names = readdirSync(under, { recursive: true, encoding: 'utf8' }).filter((name) => /png$/.test(name));
  return new Map(names.sort().map((name) => [name.replaceAll('\\', '/'), readFileSync(join(under, name))]));
}

const weights = (run: string) => readFileSync(join(folder, run, 'folds', '1', 'model.safetensors'));

test('a training that was stopped goes on and ends with the same weights', async () => {
  const whole = await outcome(train('whole'));
  expect(whole.code, whole.stderr).toBe(0);
  const summary = JSON.parse(whole.stdout);
  expect(summary).toMatchObject({ folds: [{ fold: 1, steps: 6 }], dice: expect.any(Number) });

  const seen = [...pictures('whole').keys()];
  expect(seen.slice(0, 3)).toEqual(
    ['6.png', 'image.png', 'mask.png'].map((name) => `${seen[0]?.split('/')[0]}/${name}`),
  );
  const report = readFileSync(join(folder, 'whole', 'report.html'), 'utf8');
  expect(report).toMatch(/<strong>Note:<\/strong> Class \d is marked in the held-out images of fold 1 alone/);

  const child = train('stopped');
  let asked = false;
  const stopped = await outcome(child, (stderr) => {
    if (!asked && stderr.includes('Training: 1/6')) asked = child.kill('SIGINT');
  });
  expect(stopped).toMatchObject({ code: 130, stdout: '' });
  expect(stopped.stderr).toMatch(
    /Stopped\. .*stopped keeps what was done: give the same command again to go on/,
  );
  expect(readdirSync(join(folder, 'stopped', 'folds', '1'))).toEqual(['checkpoint']);

  const again = await outcome(train('stopped'));
  expect(again.stderr).toMatch(/Going on with 1 network on 3 images/);
  expect(JSON.parse(again.stdout).dice).toBe(summary.dice);
  expect(weights('stopped').equals(weights('whole'))).toBe(true);
  expect(pictures('stopped')).toEqual(pictures('whole'));

  const finished = await outcome(train('whole'));
  expect(finished.stderr).toMatch(/is finished already/);
  expect(JSON.parse(finished.stdout)).toEqual(summary);
});

test('the one file of the ensemble predicts as the run does', async () => {
  const predicted = async (model: string, out: string) => {
    const args = ['--model', join(folder, 'whole', model), '--images', images, '--out', join(folder, out)];
    const { code, stderr } = await outcome(
      spawn(process.execPath, [cli, 'predict', '--json', '--test-time-augmentation', 'false', ...args], {
        stdio: 'pipe',
      }),
    );
    expect(code, stderr).toBe(0);
    return readFileSync(join(folder, out, 'masks', 'cells-1.png'));
  };
  expect(await predicted('ensemble.onnx', 'by-file')).toEqual(await predicted('', 'by-run'));
});

test('one unreadable image does not keep the others from being predicted', async () => {
  truncateSync(join(images, 'cells-2.png'), 100);
  const out = join(folder, 'out');
  const args = ['predict', '--json', '--model', join(folder, 'whole'), '--images', images, '--out', out];
  const { code, stdout, stderr } = await outcome(spawn(process.execPath, [cli, ...args], { stdio: 'pipe' }));
  expect(code, stderr).toBe(1);
  expect(stderr).toMatch(/1 of 3 images could not be predicted:\n.*cells-2\.png is truncated/);
  expect(JSON.parse(stdout)).toMatchObject({
    images: 2,
    results: [{ file: 'cells-1.png', uncertainty: expect.any(Number) }, { file: 'cells-3.png' }],
  });
  expect(readdirSync(out).sort()).toEqual([
    'geojson',
    'instances',
    'masks',
    'objects.csv',
    'predicted.jsonl',
    'report.html',
    'results.csv',
    'results.xlsx',
    'rois',
    'uncertainty',
  ]);
  expect(readdirSync(join(out, 'uncertainty'))).toEqual(['cells-1.tif', 'cells-3.tif']);
});
