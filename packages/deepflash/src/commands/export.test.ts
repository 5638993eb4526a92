import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMask, encodePng, encodeTiff, readZip } from '@deepflash/imaging';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sampleImage } from '../demo/cells.js';
import { commandLine } from '../testing/command-line.js';
import { commandsHere } from '../testing/commands-here.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const deepflash = commandsHere(folder);

beforeAll(async () => {
  for (const kind of ['images', 'masks']) mkdirSync(join(folder, kind));
  for (const number of [1, 2]) {
    const { image, mask } = sampleImage({ number, size: 64 });
    writeFileSync(join(folder, 'images', `cell-${number}.png`), encodePng(image));
    writeFileSync(join(folder, 'masks', `cell-${number}.png`), encodePng(encodeMask(mask)));
  }
  // Two of the quickest networks: what is tested here is the package that is made of them.
  const network = ['architecture=PSPNet', 'encoder=mobilenet_v2', 'encoderWeights=none', 'folds=2'];
  const training = ['steps=1', 'tileSize=64', 'batchSize=1', 'scale=1', 'learningRate=0.001'];
  const { code, stderr } = await commandLine(folder)(
    ...['train', '--images', 'images', '--masks', 'masks', '--out', 'run', '--set', ...network, ...training],
  );
  expect(code, stderr).toBe(0);
});

function contents(file: string): Map<string, Uint8Array> {
  return new Map(readZip(readFileSync(join(folder, file)), file).map((entry) => [entry.name, entry.read()]));
}

test('a run becomes a package with weights, test tensors, cover and documentation', async () => {
  const { code, stdout, stderr } = await deepflash(
    ...['export', '--model', 'run', '--out', 'shared/model.zip', '--name', 'Cells of the demonstration'],
    ...['--author', 'Ada Muster; Institute of Cells; 0000-0002-1825-0097', '--tags', 'cells, demo', '--json'],
  );
  expect(code, stderr).toBe(0);
  const files = contents('shared/model.zip');
  expect([...files.keys()]).toEqual(JSON.parse(stdout).files);
  const description = parse(new TextDecoder().decode(files.get('bioimageio.yaml')));
  expect(description).toMatchObject({
    format_version: '0.5.7',
    type: 'model',
    name: 'Cells of the demonstration',
    authors: [{ name: 'Ada Muster', affiliation: 'Institute of Cells', orcid: '0000-0002-1825-0097' }],
    tags: expect.arrayContaining(['cells', 'demo']),
    weights: { onnx: { source: 'weights.onnx', opset_version: 18 } },
  });
  expect(description.outputs.map(({ id }: { id: string }) => id)).toEqual([
    'probabilities',
    'uncertainty',
    'epistemic',
    'aleatoric',
  ]);
  const ensemble = readFileSync(join(folder, 'run', 'ensemble.onnx'));
  expect(ensemble.equals(files.get('weights.onnx') ?? new Uint8Array())).toBe(true);
  expect(new TextDecoder().decode(files.get('README.md'))).toContain('## Validation');
});

test('the validation told is that of the images that were held out, with what speaks against it', async () => {
  expect((await deepflash('export', '--model', 'run', '--out', 'whole.zip')).code).toBe(0);
  const readme = (file: string) => new TextDecoder().decode(contents(file).get('README.md'));
  expect(readme('whole.zip')).toMatch(
    /On the 2 images of the training, each .* \d\.\d{3} ± \d\.\d{3}\. Images/,
  );
  // As if one fold of the two had been trained, from weights that had learnt from the images.
  const part = join(folder, 'part');
  cpSync(join(folder, 'run'), part, { recursive: true });
  const data = JSON.parse(readFileSync(join(part, 'data.json'), 'utf8'));
  writeFileSync(join(part, 'data.json'), JSON.stringify({ ...data, seenBefore: true }));
  const events = readFileSync(join(part, 'events.jsonl'), 'utf8').split('\n');
  const kept = events.filter((line) => !(/"validated"/.test(line) && /"fold":2/.test(line)));
  writeFileSync(join(part, 'events.jsonl'), kept.join('\n'));
  const { code, stderr } = await deepflash('export', '--model', 'part', '--out', 'part.zip');
  expect(code, stderr).toBe(0);
  expect(readme('part.zip')).toMatch(/On 1 of the 2 images of the training.* had learnt, or may have/);
});

test('an image with gaps gives test tensors without', async () => {
  const { image } = sampleImage({ number: 1, size: 64 });
  const values = Float32Array.from(image.data, (value, i) => (i % 9 === 0 ? Number.NaN : value));
  writeFileSync(join(folder, 'gaps.tif'), encodeTiff({ ...image, dtype: 'float32', data: values }));
  const args = ['export', '--model', 'run', '--out', 'gaps.zip', '--image', 'gaps.tif'];
  expect(await deepflash(...args)).toMatchObject({ code: 0 });
  const tensors = [...contents('gaps.zip')].filter(([name]) => name.endsWith('.npy'));
  expect(tensors.length).toBeGreaterThan(1);
  for (const [name, bytes] of tensors) {
    const start = 10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
    const numbers = new Float32Array(bytes.slice(start).buffer);
    expect(numbers.every(Number.isFinite), name).toBe(true);
  }
});

test('a single network needs an image, and says how it is normalised', async () => {
  const model = join('run', 'folds', '1', 'model.onnx');
  const without = await deepflash('export', '--model', model, '--out', 'one.zip');
  expect(without.code).toBe(2);
  expect(without.stderr).toContain('--image');
  const image = join('images', 'cell-1.png');
  const { code, stderr } = await deepflash('export', '--model', model, '--out', 'one.zip', '--image', image);
  expect(code, stderr).toBe(0);
  const { inputs, outputs } = parse(new TextDecoder().decode(contents('one.zip').get('bioimageio.yaml')));
  expect(inputs[0].preprocessing.map(({ id }: { id: string }) => id)).toEqual([
    'ensure_dtype',
    'zero_mean_unit_variance',
  ]);
  expect(outputs).toHaveLength(1);
  expect(outputs[0].postprocessing[0].id).toBe('softmax');
});

test.each([
  [['--out', 'model.onnx'], /must end in \.zip/],
  [['--out', 'a.zip', '--name', 'x/y'], /5 to 64 letters/],
  [['--out', 'a.zip', '--author', 'Ada; Here; 12'], /12 is no ORCID/],
  [['--out', 'a.zip', '--cite', 'Paper; 11.1'], /is no DOI/],
  [['--out', 'a.zip', '--cite', 'Paper'], /wants a DOI/],
  [['--out', 'a.zip', '--author', 'Ada; Here; 0000-0002-1825-0098'], /is no ORCID/],
])('bad use is told: %s', async (options, message) => {
  const { code, stderr } = await deepflash('export', '--model', 'run', ...options);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
