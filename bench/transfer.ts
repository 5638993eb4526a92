/**
 * What weights from ImageNet are worth: the same training from them and from random weights, over some seeds.
 *
 *     npm run build && node bench/dist/transfer.js --data DIR --weights FILE [--encoder NAME] [--seeds 0,1,2] [--out DIR]
 *
 * DIR holds `images` and `masks` of the cFOS data; the first 18 images by name train, the others test. Trainings that are
 * finished in --out are taken from there, so the program can be stopped and given again. It prints the rows of the
 * table in docs/accuracy.md.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    weights: { type: 'string' },
    encoder: { type: 'string', default: 'mobilenet_v2_gluon' },
    seeds: { type: 'string', default: '0,1,2' },
    out: { type: 'string' },
    threads: { type: 'string', default: '2' },
    /** Further settings, such as learningRate=0.0005. */
    set: { type: 'string', multiple: true, default: [] },
  },
});
const { data, weights } = values;
if (data === undefined || weights === undefined) throw new Error('Name --data and --weights.');

const TRAINING_IMAGES = 18;
const cli = fileURLToPath(new URL('../../packages/deepflash/dist/cli.js', import.meta.url));
const out = values.out ?? mkdtempSync(join(tmpdir(), 'transfer-'));
const { training, test } = split(data);
console.log('| weights | seed | mean Dice without | with test-time augmentation | seconds a step |');
console.log('|---|---|---|---|---|');
for (const from of ['none', weights]) {
  const scores = values.seeds.split(',').map((seed) => {
    const score = trained(from, seed);
    console.log(
      `| ${label(from)} | ${seed} | ${score.plain.toFixed(3)} | ${score.flipped.toFixed(3)} | ${score.secondsPerStep.toFixed(2)} |`,
    );
    return score;
  });
  const mean = (key: 'plain' | 'flipped') =>
    (scores.reduce((sum, score) => sum + score[key], 0) / scores.length).toFixed(3);
  console.log(`| ${label(from)} | mean | ${mean('plain')} | ${mean('flipped')} | |`);
}

function label(from: string): string {
  return from === 'none' ? 'random' : 'ImageNet';
}

/** Mean Dice over the test images of one training, without and with test-time augmentation. */
function trained(from: string, seed: string) {
  const run = join(out, `${label(from)}-${seed}`);
  const settings = [
    ...[`encoder=${values.encoder}`, `encoderWeights=${from}`, `seed=${seed}`, `threads=${values.threads}`],
    ...['folds=1', 'steps=300', 'tileSize=256', 'batchSize=4', 'learningRate=0.001', ...values.set],
  ];
  const folders = ['--images', training.images, '--masks', training.masks, '--out', run];
  const { folds } = deepflash('train', ...folders, '--set', ...settings) as {
    folds: { secondsPerStep: number }[];
  };
  const dice = (testTimeAugmentation: boolean): number => {
    const predictions = `${run}-${testTimeAugmentation ? 'flipped' : 'plain'}`;
    const setting = `testTimeAugmentation=${testTimeAugmentation}`;
    deepflash('predict', '--model', run, '--images', test.images, '--out', predictions, '--set', setting);
    const scores = ['--masks', test.masks, '--out', `${predictions}-scores`];
    return (deepflash('score', '--predictions', predictions, ...scores) as { dice: number }).dice;
  };
  return { plain: dice(false), flipped: dice(true), secondsPerStep: folds[0]?.secondsPerStep ?? Number.NaN };
}

/** Runs a command and reads its answer. */
function deepflash(...args: readonly string[]): unknown {
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`deepflash ${args[0]} failed.`);
  return JSON.parse(stdout);
}

/** Copies images with their masks into a folder for training and one for the test. */
function split(folder: string) {
  const names = readdirSync(join(folder, 'images')).sort();
  const masks = readdirSync(join(folder, 'masks'));
  const part = (name: string, images: readonly string[]) => {
    const to = { images: join(out, name, 'images'), masks: join(out, name, 'masks') };
    for (const kind of ['images', 'masks'] as const) mkdirSync(to[kind], { recursive: true });
    for (const image of images) {
      const mask = masks.find((candidate) => candidate.startsWith(image.replace(/\.\w+$/, '')));
      if (mask === undefined) throw new Error(`${image} has no mask.`);
      copy(join(folder, 'images', image), join(to.images, image));
      copy(join(folder, 'masks', mask), join(to.masks, mask));
    }
    return to;
  };
  return {
    training: part('training', names.slice(0, TRAINING_IMAGES)),
    test: part('test', names.slice(TRAINING_IMAGES)),
  };
}

function copy(from: string, to: string): void {
  if (!existsSync(to)) cpSync(from, to);
}
