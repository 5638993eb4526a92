/**
 * `npm run evidence -- --cfos DIR --weights FILE [--other DIR] [--minutes N] [--out DIR] [--set key=value …]`: how good is
 * an ensemble that is trained in a given time?
 *
 * DIR holds `images` and `masks` of the cFOS data. Five networks are trained on it with `--minutes` (40), each on four
 * fifths of the images, from the encoder weights of FILE. Then the ensemble and each of its networks alone predict the
 * images of another laboratory (--other, by default `cfos-other-lab` beside DIR), which none of them has seen. It prints
 * the table for docs/accuracy.md and the same as JSON, and exits 1 where it took longer than it should, the
 * cross-validated Dice is below 0.80, or a network alone is better than the ensemble.
 *
 * A training that is in --out already is gone on with or taken as it is, so that the program can be stopped and given again;
 * the time is that of all its parts then.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { foldFiles, type TrainingSummary } from 'deepflash';

const { values } = parseArgs({
  options: {
    cfos: { type: 'string' },
    weights: { type: 'string' },
    other: { type: 'string' },
    encoder: { type: 'string', default: 'mobilenet_v2_gluon' },
    minutes: { type: 'string', default: '40' },
    out: { type: 'string' },
    /** Further settings, such as seed=1. */
    set: { type: 'string', multiple: true, default: [] },
  },
});
if (values.cfos === undefined || values.weights === undefined) throw new Error('Name --cfos and --weights.');

const FOLDS = 5;
const WANTED_DICE = 0.8;
const cli = fileURLToPath(new URL('../../packages/deepflash/dist/cli.js', import.meta.url));
const data = resolve(values.cfos);
const other = values.other ?? join(dirname(data), 'cfos-other-lab');
const out = values.out ?? mkdtempSync(join(tmpdir(), 'deepflash-cross-validation-'));
const run = join(out, 'run');
mkdirSync(out, { recursive: true });
process.exitCode = main();

function main(): number {
  const { summary, minutes } = trained();
  const singles = summary.folds.map(({ fold }) => elsewhere(foldFiles(run, fold).model, `network-${fold}`));
  const ensemble = elsewhere(run, 'ensemble');
  const best = Math.max(...singles);
  const rows = summary.folds.map(
    ({ fold, dice, steps, secondsPerStep, waitingShare }, index) =>
      `| network ${fold} | ${shown(dice)} | ${shown(singles[index] ?? null)} | ${steps} | ${secondsPerStep.toFixed(2)} | ${(100 * waitingShare).toFixed(1)} % |`,
  );
  const deviation = summary.diceDeviation === null ? '' : ` ± ${shown(summary.diceDeviation)}`;
  const table = [
    `Five folds in ${minutes.toFixed(1)} of ${values.minutes} minutes on ${cpus().length} cores (${cpus()[0]?.model ?? ''}).`,
    '',
    '| | Dice, held-out images | Dice, other laboratory | steps | seconds a step | waiting for tiles |',
    '|---|---|---|---|---|---|',
    ...rows,
    `| ensemble | **${shown(summary.dice)}**${deviation} | **${shown(ensemble)}** | | | |`,
  ];
  console.log(table.join('\n'));
  const result = {
    minutes,
    allowed: Number(values.minutes),
    ...summary,
    otherLaboratory: { singles, ensemble },
  };
  const settings = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
  const text = `${JSON.stringify({ ...result, settings }, null, 2)}\n`;
  writeFileSync(join(out, 'cross-validation.json'), text);
  console.log(`\n${JSON.stringify(result)}`);
  const faults = [
    ...(minutes > Number(values.minutes)
      ? [`It took ${minutes.toFixed(1)} minutes instead of ${values.minutes}.`]
      : []),
    ...((summary.dice ?? 0) < WANTED_DICE
      ? [`The cross-validated Dice ${shown(summary.dice)} is below ${WANTED_DICE}.`]
      : []),
    ...(ensemble < best
      ? [`On the other laboratory the ensemble has ${shown(ensemble)}, and one network alone ${shown(best)}.`]
      : []),
  ];
  for (const fault of faults) console.error(fault);
  return faults.length === 0 ? 0 : 1;
}

/** The training, and the minutes that its parts took together. */
function trained(): { readonly summary: TrainingSummary; readonly minutes: number } {
  const clock = join(out, 'minutes.json');
  const before = existsSync(clock) ? Number(JSON.parse(readFileSync(clock, 'utf8'))) : 0;
  const start = performance.now();
  const minutes = (): number => before + (performance.now() - start) / 60_000;
  const settings = [`encoder=${values.encoder}`, `encoderWeights=${resolve(values.weights ?? '')}`];
  try {
    const summary = deepflash(
      'train',
      ...folders(data, run),
      ...['--set', ...settings, `folds=${FOLDS}`, `minutes=${values.minutes}`, ...values.set],
    ) as TrainingSummary;
    return { summary, minutes: minutes() };
  } finally {
    writeFileSync(clock, JSON.stringify(minutes()));
  }
}

/** Mean Dice on the images of the other laboratory. */
function elsewhere(model: string, name: string): number {
  const predictions = join(out, name);
  deepflash('predict', '--model', model, '--images', join(other, 'images'), '--out', predictions);
  const scored = ['--masks', join(other, 'masks'), '--out', join(out, `${name}-scores`)];
  return (deepflash('score', '--predictions', predictions, ...scored) as { dice: number }).dice;
}

function folders(from: string, to: string): string[] {
  return ['--images', join(from, 'images'), '--masks', join(from, 'masks'), '--out', to];
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

function shown(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
