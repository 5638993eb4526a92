/**
 * Whether predictions know how good they are: expected and true Dice over images like those of a training, unlike them,
 * and of other kinds.
 *
 *     npm run build && node bench/dist/ranking.js --run RUN --data DIR [--out DIR]
 *
 * RUN is a finished cross-validation of the cFOS data; DIR holds `cfos-other-lab`, `nuclei` and `axon`. The held-out images
 * are judged as they were in cross-validation, each from the calibration without itself. Predictions that are in --out are
 * taken from there (--resume). It prints the table of docs/accuracy.md, and fails where Spearman's correlation is below 0.6
 * or an image of nuclei or axons is not flagged.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodePng, type Image, stem, toGrey } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';
import { calibrate } from '@deepflash/segmentation';

const { values } = parseArgs({
  options: { run: { type: 'string' }, data: { type: 'string' }, out: { type: 'string' } },
});
const { run, data } = values;
if (run === undefined || data === undefined) throw new Error('Name --run and --data.');
const out = values.out ?? mkdtempSync(join(tmpdir(), 'ranking-'));
const cli = fileURLToPath(new URL('../../packages/deepflash/dist/cli.js', import.meta.url));

interface Judged {
  readonly expected: number;
  readonly dice: number;
  readonly unlike: boolean;
}

const groups: readonly (readonly [string, readonly Judged[]])[] = [
  ['cFOS, held out', heldOut(run)],
  ['cFOS, other laboratory', predicted('cfos-other-lab', await prepared('cfos-other-lab', 'masks'))],
  ['nuclei', predicted('nuclei', await prepared('nuclei', 'labels'))],
  ['axons', predicted('axon', await prepared('axon', 'masks'))],
];

console.log('| images | expected Dice | true Dice | said to be unlike the training images |');
console.log('|---|---|---|---|');
for (const [name, images] of groups) {
  const mean = (of: (image: Judged) => number): string =>
    (images.reduce((sum, image) => sum + of(image), 0) / images.length).toFixed(3);
  const unlike = images.filter((image) => image.unlike).length;
  console.log(
    `| ${name} (${images.length}) | ${mean(({ expected }) => expected)} | ${mean(({ dice }) => dice)} | ${unlike} |`,
  );
}
const all = groups.flatMap(([, images]) => images);
const rho = correlation(ranks(all.map(({ expected }) => expected)), ranks(all.map(({ dice }) => dice)));
console.log(
  `\nSpearman's correlation of expected and true Dice over ${all.length} images: ${rho.toFixed(3)}`,
);
const missed = groups
  .slice(2)
  .flatMap(([name, images]) => images.flatMap(({ unlike }) => (unlike ? [] : [name])));
if (missed.length > 0) console.log(`Not flagged: ${missed.join(', ')}`);
process.exitCode = rho >= 0.6 && missed.length === 0 ? 0 : 1;

/** Each held-out image by what the others tell. */
function heldOut(folder: string): Judged[] {
  const quality: { heldOut: { name: string; estimate: number; dice: number }[] } = JSON.parse(
    readFileSync(join(folder, 'quality.json'), 'utf8'),
  );
  return quality.heldOut.map(({ estimate, dice }, index) => {
    const others = quality.heldOut.filter((_, other) => other !== index);
    return { expected: calibrate(others)(estimate, 1).dice, dice, unlike: false };
  });
}

/** Copies a folder's images, with masks in which what is not 0 is foreground. */
async function prepared(name: string, kind: 'masks' | 'labels') {
  const folder = join(`${data}`, name);
  const to = { images: join(out, name, 'images'), masks: join(out, name, 'masks') };
  for (const path of Object.values(to)) mkdirSync(path, { recursive: true });
  for (const file of readdirSync(join(folder, 'images')))
    cpSync(join(folder, 'images', file), join(to.images, file));
  for (const file of readdirSync(join(folder, kind))) {
    const mask = toGrey(await readImageFile(join(folder, kind, file)));
    const foreground: Image = {
      ...{ width: mask.width, height: mask.height, channels: 1, dtype: 'uint8' },
      data: Uint8Array.from(mask.data, (value) => (value === 0 ? 0 : 255)),
    };
    writeFileSync(join(to.masks, `${stem(file)}.png`), encodePng(foreground));
  }
  return to;
}

function predicted(
  name: string,
  { images, masks }: { readonly images: string; readonly masks: string },
): Judged[] {
  const results = join(out, name, 'results');
  const prediction = deepflash(
    'predict',
    '--model',
    `${run}`,
    '--images',
    images,
    '--out',
    results,
    '--resume',
  ) as {
    results: { file: string; expectedDice: number; unlike: boolean }[];
  };
  const scores = deepflash(
    'score',
    '--predictions',
    results,
    '--masks',
    masks,
    '--out',
    join(out, name, 'scores'),
  ) as {
    results: { file: string; dice: number }[];
  };
  const diceOf = new Map(scores.results.map(({ file, dice }) => [stem(file), dice]));
  return prediction.results.flatMap(({ file, expectedDice, unlike }) => {
    const dice = diceOf.get(stem(file));
    return dice === undefined ? [] : [{ expected: expectedDice, dice, unlike }];
  });
}

function deepflash(...args: readonly string[]): unknown {
  if (!existsSync(cli)) throw new Error('Build first: npm run build.');
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`deepflash ${args[0]} failed.`);
  return JSON.parse(stdout);
}

/** Ranks from 1, equal numbers with the mean of theirs. */
function ranks(numbers: readonly number[]): number[] {
  return numbers.map((number) => {
    const below = numbers.filter((other) => other < number).length;
    const equal = numbers.filter((other) => other === number).length;
    return below + (equal + 1) / 2;
  });
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (numbers: readonly number[]): number =>
    numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, ofA, ofB] = [0, 0, 0];
  a.forEach((value, i) => {
    const [x, y] = [value - meanA, (b[i] ?? 0) - meanB];
    both += x * y;
    ofA += x * x;
    ofB += y * y;
  });
  return both / Math.sqrt(ofA * ofB);
}
