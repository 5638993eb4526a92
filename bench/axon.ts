/**
 * Three classes in electron microscopy: background, myelin and axon.
 *
 *     npm run build && node bench/dist/axon.js --axon DIR --weights FILE [--steps N] [--seed N] [--out DIR]
 *
 * DIR holds `images` and `masks` of the axons. The left two thirds of `demo.png` train; its right third and the other
 * picture, `data2.png`, test. It prints the Dice of each class, the rows of the table in docs/accuracy.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodePng, type Image } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';

const { values } = parseArgs({
  options: {
    axon: { type: 'string' },
    weights: { type: 'string' },
    steps: { type: 'string', default: '300' },
    tile: { type: 'string', default: '256' },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string' },
  },
});
const { axon, weights } = values;
if (axon === undefined || weights === undefined) throw new Error('Name --axon and --weights.');

const cli = fileURLToPath(new URL('../../packages/deepflash/dist/cli.js', import.meta.url));
const out = values.out ?? mkdtempSync(join(tmpdir(), 'axon-'));
const folder = (part: string, kind: string): string => join(out, part, kind);
for (const kind of ['images', 'masks']) {
  for (const part of ['train', 'test']) mkdirSync(folder(part, kind), { recursive: true });
  const demo = grey(await readImageFile(join(axon, kind, 'demo.png')));
  const border = Math.round((2 * demo.width) / 3);
  writeFileSync(join(folder('train', kind), 'demo.png'), encodePng(columns(demo, 0, border)));
  writeFileSync(join(folder('test', kind), 'demo-right.png'), encodePng(columns(demo, border, demo.width)));
  const other = grey(await readImageFile(join(axon, kind, 'data2.png')));
  writeFileSync(join(folder('test', kind), 'data2.png'), encodePng(other));
}

const [run, predictions] = [join(out, 'run'), join(out, 'predictions')];
const settings = [
  ...['encoder=mobilenet_v2_gluon', `encoderWeights=${weights}`, 'folds=1', 'scale=1', 'batchSize=4'],
  ...[`tileSize=${values.tile}`, `steps=${values.steps}`, `seed=${values.seed}`, `threads=${values.threads}`],
];
const masks = ['--masks', folder('train', 'masks')];
deepflash('train', '--images', folder('train', 'images'), ...masks, '--out', run, '--set', ...settings);
deepflash('predict', '--model', run, '--images', folder('test', 'images'), '--out', predictions);
const truth = ['--masks', folder('test', 'masks'), '--out', join(out, 'scores')];
const { results } = deepflash('score', '--predictions', predictions, ...truth) as {
  results: { file: string; dice: number; perClass: { dice: number }[] }[];
};
console.log('| image | myelin | axon | mean |');
console.log('|---|---|---|---|');
for (const { file, dice, perClass } of results) {
  console.log(
    `| ${file} | ${[...perClass.map((score) => score.dice), dice].map((value) => value.toFixed(3)).join(' | ')} |`,
  );
}

/** The first channel, as some of the files hold grey as colour. */
function grey({ width, height, channels, data }: Image): Image {
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => data[i * channels] ?? 0);
  return { width, height, channels: 1, dtype: 'uint8', data: pixels };
}

function columns({ width, height, data }: Image, from: number, to: number): Image {
  const part = new Uint8Array((to - from) * height);
  for (let y = 0; y < height; y++) {
    part.set(Uint8Array.from(data.subarray(y * width + from, y * width + to)), y * (to - from));
  }
  return { width: to - from, height, channels: 1, dtype: 'uint8', data: part };
}

/** Runs a command and reads its answer. */
function deepflash(...args: readonly string[]): unknown {
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`deepflash ${args[0]} failed.`);
  return JSON.parse(stdout);
}
