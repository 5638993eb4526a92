/**
 * How touching nuclei are best told apart: as components, by a watershed of the distance, or as the networks learnt. Each run
 * chooses the depth of its watershed and the prominence of what it learnt on held-out training images; then all are
 * compared on images that no network of it saw.
 *
 *     npm run build && node bench/dist/separation.js --nuclei DIR --weights FILE [--seeds 0,1] [--steps N] [--tile N] [--out DIR]
 *
 * DIR holds `images` and `labels` of the nuclei; the first 18 images by name train in three folds, the other 6 test. Runs
 * that are finished in --out are taken from there. It prints the rows of the table in docs/accuracy.md.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeRuntime } from '@deepflash/engine/node';
import { findClassObjects, type LabelImage } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';
import {
  landscapeHeights,
  openModel,
  type Prediction,
  panopticQuality,
  predictWithModels,
  type SegmentationModel,
  type SeparationChoice,
  type SeparationWay,
  scoreObjects,
  separationWays,
} from '@deepflash/segmentation';

const { values } = parseArgs({
  options: {
    nuclei: { type: 'string' },
    weights: { type: 'string' },
    seeds: { type: 'string', default: '0,1' },
    steps: { type: 'string', default: '300' },
    tile: { type: 'string', default: '256' },
    folds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string' },
  },
});
const { nuclei, weights } = values;
if (nuclei === undefined || weights === undefined) throw new Error('Name --nuclei and --weights.');

const TRAINING_IMAGES = 18;
const cli = fileURLToPath(new URL('../../packages/deepflash/dist/cli.js', import.meta.url));
const out = values.out ?? mkdtempSync(join(tmpdir(), 'separation-'));
const names = readdirSync(join(nuclei, 'images')).sort();
const training = { images: join(out, 'images'), labels: join(out, 'labels') };
for (const kind of ['images', 'labels'] as const) {
  mkdirSync(training[kind], { recursive: true });
  for (const name of names.slice(0, TRAINING_IMAGES)) {
    if (!existsSync(join(training[kind], name))) cpSync(join(nuclei, kind, name), join(training[kind], name));
  }
}
const runtime = await nodeRuntime({ device: 'cpu', threads: Number(values.threads) });
console.log(
  '| seed | way | parameter, chosen on held-out images | mAP held out | AP at IoU 0.5 | mAP | PQ |',
);
console.log('|---|---|---|---|---|---|---|');
for (const seed of values.seeds.split(',')) await compare(nuclei, seed, trained(seed));

function trained(seed: string): string {
  const run = join(out, `run-${seed}`);
  const { tile, folds, threads, steps } = values;
  const settings = [
    ...['separation=distance', 'encoder=mobilenet_v2_gluon', `encoderWeights=${weights}`, 'scale=1'],
    ...['batchSize=4', `tileSize=${tile}`, `steps=${steps}`, `folds=${folds}`],
    ...[`seed=${seed}`, `threads=${threads}`, 'device=cpu', 'testTimeAugmentation=false'],
  ];
  const { status } = spawnSync(
    process.execPath,
    [
      cli,
      'train',
      '--images',
      training.images,
      '--masks',
      training.labels,
      '--out',
      run,
      '--set',
      ...settings,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error('The training failed.');
  return run;
}

/** Predicts the test images by all networks of a run and scores each way with the parameter that the run chose. */
async function compare(folder: string, seed: string, run: string): Promise<void> {
  const choice: SeparationChoice = JSON.parse(readFileSync(join(run, 'separation.json'), 'utf8'));
  const models: SegmentationModel[] = [];
  for (const fold of readdirSync(join(run, 'folds'))) {
    const file = join(run, 'folds', fold, 'model.onnx');
    if (existsSync(file)) models.push(await openModel(runtime, readFileSync(file)));
  }
  const [first, ...others] = models;
  if (first === undefined) throw new Error(`${run} has no network.`);
  const results = new Map<SeparationWay, { ap50: number; map: number; quality: number }[]>();
  for (const name of names.slice(TRAINING_IMAGES)) {
    const image = await readImageFile(join(folder, 'images', name));
    const { width, height } = image;
    const planes = { channels: 1, width, height, data: Float32Array.from(image.data) };
    const prediction = await predictWithModels(planes, [first, ...others], { augmentation: 'none' });
    const truth = numbered(await readImageFile(join(folder, 'labels', name)));
    for (const way of separationWays) {
      const labels = objectsOf(prediction, way, choice);
      const scores = scoreObjects(labels, truth);
      results.set(way, [
        ...(results.get(way) ?? []),
        {
          ap50: scores[0]?.averagePrecision ?? Number.NaN,
          map: mean(scores.map(({ averagePrecision }) => averagePrecision)),
          quality: panopticQuality(labels, truth).quality,
        },
      ]);
    }
  }
  for (const model of models) await model.dispose();
  for (const [way, scores] of results) {
    const held = choice.scores.find((score) => score.way === way);
    const cells = (['ap50', 'map', 'quality'] as const).map((key) => mean(scores.map((score) => score[key])));
    console.log(
      `| ${seed} | ${way}${way === choice.way ? ' (chosen)' : ''} | ${held?.value ?? ''} | ${[held?.averagePrecision ?? Number.NaN, ...cells].map((value) => value.toFixed(3)).join(' | ')} |`,
    );
  }
}

function objectsOf(
  { width, height, classes, mask, separation }: Prediction,
  way: SeparationWay,
  { depth, prominence }: SeparationChoice,
): LabelImage {
  const landscape = { heights: landscapeHeights(separation), prominence: prominence ?? 0 };
  const options = { separate: way, landscape, minimumSize: 10, ...(depth === null ? {} : { depth }) };
  return findClassObjects({ width, height, classes, data: mask }, options).labels;
}

function numbered({ width, height, data }: Awaited<ReturnType<typeof readImageFile>>): LabelImage {
  const labels = Uint32Array.from(data);
  return { width, height, data: labels, count: labels.reduce((most, label) => Math.max(most, label), 0) };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
