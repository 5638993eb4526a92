/**
 * `npm run evidence -- cluster [--images N] [--shards N] [--part training|prediction|scale] [--run shards|killed]`: does work on Slurm give what
 * one process gives?
 *
 * On a Slurm of one node (scripts/slurm.mjs; Linux, root, slurm-wlm and munge), with generated images:
 * - training: three folds in one process; as an array; as an array of which one task is queued again in the middle.
 *   Weights, ensemble and validation must be the same, bit for bit.
 * - prediction: small images, of which one cannot be read, by one process; in shards; in shards of which one is killed
 *   and queued again. Tables (without the seconds) and all files of each image must be the same, and the one be named.
 * - scale: what a submission, a status and a merge cost with many tasks, whose results are copies.
 * Prints lines for docs/cluster.md; exits 1 where anything differs.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { clusterStatus, foldFiles, predictionFiles, readEvents, runFiles, sampleImage } from 'deepflash';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: '2000' },
    shards: { type: 'string', default: '20' },
    run: { type: 'string', multiple: true, default: ['shards', 'killed'] },
    part: { type: 'string', multiple: true, default: ['training', 'prediction', 'scale'] },
  },
});
const cli = fileURLToPath(new URL('../../packages/deepflash/dist/cli.js', import.meta.url));
const slurm = fileURLToPath(new URL('../../scripts/slurm.mjs', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'deepflash-cluster-'));
const at = (...names: string[]): string => join(work, ...names);
const FOLDS = 3;
const SMALL = ['--cpus', '1', '--memory', '1800M', '--time', '120'];
const FOLDERS = ['--images', at('images'), '--masks', at('masks')];
const SETTINGS = [
  'encoder=mobilenet_v2',
  'encoderWeights=none',
  'scale=1',
  'batchSize=1',
  'threads=1',
  'seed=1',
];
const TRAINING = [
  ...[...FOLDERS, '--set', ...SETTINGS, `folds=${FOLDS}`, 'tileSize=64', 'steps=6', 'validationEvery=3'],
  ...['testTimeAugmentation=false', 'learningRate=0.001'],
];
/** A network to predict with, whatever it knows. */
const NETWORK = [
  ...[...FOLDERS, '--set', ...SETTINGS, 'folds=1', 'tileSize=32', 'steps=2', 'validationEvery=2'],
  ...['testTimeAugmentation=false', 'learningRate=0.001'],
];
let differs = false;
/** Peak memory of the last command in megabytes, and the seconds of a processor that it took. */
let peak = 0;
let processor = 0;
/** At most so many results are copied, more than a report pictures. */
const MOST_PICTURED = 300;

try {
  process.exitCode = await main();
} finally {
  spawnSync(process.execPath, [slurm, 'stop', at('slurm')]);
  rmSync(work, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const started = spawnSync(process.execPath, [slurm, 'start', at('slurm')], { encoding: 'utf8' });
  if (started.status !== 0) {
    console.error(started.stderr.trim());
    return 1;
  }
  process.env.SLURM_CONF = JSON.parse(started.stdout).conf;
  writeImages();
  if (values.part.includes('training')) await training();
  if (values.part.includes('prediction')) await predictions();
  if (values.part.includes('scale')) await scale();
  return differs ? 1 : 0;
}

async function training(): Promise<void> {
  const seconds = await timed(() => deepflash('train', '--out', at('whole'), ...TRAINING));
  console.log(`Training of ${FOLDS} folds by one process: ${seconds.toFixed(0)} s`);
  for (const name of ['array', 'requeued']) {
    const took = await timed(async () => {
      const { array } = JSON.parse(
        await deepflash('submit', 'train', '--json', '--out', at(name), ...TRAINING, ...SMALL),
      );
      if (name === 'requeued') {
        const steps = () =>
          readEvents(runFiles(at(name)).eventsOf(2)).filter(({ type }) => type === 'step').length;
        await until(() => steps() >= 2);
        execFileSync('scontrol', ['requeue', `${array}_2`]);
        console.log(`Fold 2 was queued again after ${steps()} of 6 steps.`);
      }
      await settled(at(name));
    });
    const { tasks } = await clusterStatus(at(name));
    const files = (run: string) => [
      ...Array.from({ length: FOLDS }, (_, index) => foldFiles(run, index + 1).weights),
      ...[runFiles(run).ensemble, runFiles(run).validation.results],
    ];
    const other = files(at(name)).filter((file, index) => !equal(file, files(at('whole'))[index] ?? ''));
    differs ||= other.length > 0;
    console.log(
      `${name}: ${took.toFixed(0)} s, ${tasks.map((task) => `${task.name} ${task.state}${task.restarts > 0 ? ` (queued again ${task.restarts} time)` : ''}`).join(', ')}; ` +
        `weights, ensemble and validation are ${other.length === 0 ? 'the same, bit for bit' : `OTHER: ${other.join(', ')}`}.`,
    );
  }
}

async function predictions(): Promise<void> {
  const count = Number(values.images);
  const asked = (out: string) => [
    ...['--model', foldFiles(at('small'), 1).model, '--images', at('many'), '--out', at(out)],
    ...['--threads', '1', '--test-time-augmentation', 'false'],
  ];
  await deepflash('train', '--out', at('small'), ...NETWORK);
  const unreadable = 'image-00017.png';
  writeFileSync(join(at('many'), unreadable), 'no image');
  // Both at the same time, for a machine with more than one processor.
  const one = timed(() => deepflash('predict', ...asked('one')));
  for (const name of values.run) {
    const took = await timed(async () => {
      const submitted = await deepflash(
        ...['submit', 'predict', '--json', ...asked(name), '--shards', values.shards, ...SMALL],
      );
      const { array } = JSON.parse(submitted);
      if (name === 'killed') {
        const doneNow = async () =>
          (await clusterStatus(at(name))).tasks.find((task) => task.name === 'shard-2')?.progress?.done ?? 0;
        await until(async () => (await doneNow()) >= 1);
        // Without a word; then whoever runs the cluster queues it again.
        killTask(at(name), 'shard-2');
        await until(async () => (await clusterStatus(at(name))).tasks[1]?.state === 'failed');
        execFileSync('scontrol', ['requeue', `${array}_2`]);
        console.log(`Shard 2 was killed after ${await doneNow()} images, and queued again.`);
      }
      await settled(at(name));
    });
    const seconds = await one;
    if (name === values.run[0]) {
      console.log(`Prediction of ${count} images of 24 x 24 by one process: ${seconds.toFixed(0)} s`);
    }
    const { tasks } = await clusterStatus(at(name));
    const other = differences(at('one'), at(name));
    const said = tasks.at(-1)?.reason ?? '';
    const isNamed = said.startsWith('1 of') && said.includes(unreadable);
    const all = tasks.every(({ state }) => state === 'done');
    differs ||= other.length > 0 || !isNamed || !all;
    const restarts = tasks.reduce((sum, task) => sum + task.restarts, 0);
    console.log(
      `${name}: ${took.toFixed(0)} s in ${values.shards} shards, ${all ? 'all done' : 'NOT all done'}, ${restarts} queued again; ` +
        `${readdirSync(predictionFiles(at(name)).masks).length} masks; tables and files are ${other.length === 0 ? 'the same' : `OTHER: ${other.slice(0, 5).join(', ')}`}.`,
    );
    console.log(`It says: ${said.replaceAll(work, '')}`);
    const starts = startups(at(name));
    console.log(
      `Start-up of a task: median ${starts.wall.toFixed(2)} s, of a processor ${starts.processor.toFixed(2)} s.`,
    );
  }
}

/** What is not the work itself: submitting, asking, merging, for more tasks and images than can be computed here. */
async function scale(): Promise<void> {
  if (!existsSync(at('small'))) {
    await deepflash('train', '--out', at('small'), ...NETWORK);
  }
  const tasks = 1000;
  const images = 20_000;
  mkdirSync(at('very-many'));
  const [first = ''] = readdirSync(at('many'));
  for (let number = 1; number <= images; number++) {
    cpSync(join(at('many'), first), join(at('very-many'), `image-${String(number).padStart(6, '0')}.png`));
  }
  const asked = [
    ...['--model', foldFiles(at('small'), 1).model, '--images', at('very-many'), '--out', at('scale')],
    ...['--threads', '1', '--test-time-augmentation', 'false', '--probabilities'],
  ];
  const held = ['--partition', 'asleep', '--shards', String(tasks), ...SMALL];
  const cost = async (...args: string[]): Promise<string> => {
    const seconds = await timed(() => deepflash(...args));
    return `${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of a processor, ${peak.toFixed(0)} MB`;
  };
  console.log(
    `${images} images in ${tasks} tasks, submitted: ${await cost('submit', 'predict', ...asked, ...held)}`,
  );
  console.log(`Status: ${await cost('status', at('scale'), '--json')}`);
  // One shard is done here; the logs of the others are copies of it under their own names.
  await deepflash('task', at('scale'), 'shard-1');
  const files = predictionFiles(at('scale'));
  const shards = at('scale', 'cluster', 'shards');
  const log = readFileSync(join(shards, '00001.jsonl'), 'utf8').trim().split('\n');
  const entry = log[1] ?? '';
  const { result } = JSON.parse(entry);
  for (let shard = 2; shard <= tasks; shard++) {
    const name = String(shard).padStart(5, '0');
    const own = readFileSync(join(shards, `${name}.txt`), 'utf8')
      .trim()
      .split('\n');
    const lines = own.map((file) =>
      entry.replaceAll(result.file, file).replaceAll(result.name, file.slice(0, -4)),
    );
    writeFileSync(join(shards, `${name}.jsonl`), `${[log[0], ...lines].join('\n')}\n`);
  }
  for (let number = 1; number <= images; number++) {
    const name = `image-${String(number).padStart(6, '0')}`;
    for (const [from, to] of [
      [files.mask(result.name), files.mask(name)],
      [files.uncertaintyOf(result.name), files.uncertaintyOf(name)],
    ] as const) {
      if (number <= MOST_PICTURED && !existsSync(to)) cpSync(from, to);
    }
  }
  const merging = await cost('task', at('scale'), 'finish');
  const bytes = Buffer.byteLength(entry);
  console.log(`Merged, of ${bytes} bytes an image with ${result.objects} objects: ${merging}`);
}

/** Kills the process of a task, as the system does that lacks memory. */
function killTask(folder: string, task: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const file = `/proc/${pid}/cmdline`;
    const words = existsSync(file) ? readFileSync(file, 'utf8').split('\0') : [];
    const [, , command, where = '', what] = words;
    if (command === 'task' && resolve(where) === resolve(folder) && what === task)
      process.kill(Number(pid), 'SIGKILL');
  }
}

function startups(out: string): { readonly wall: number; readonly processor: number } {
  const folder = join(out, 'cluster', 'tasks');
  const began = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .flatMap((line) => (line.includes('"began"') ? [JSON.parse(line)] : [])),
  );
  const median = (key: 'startup' | 'processor'): number =>
    began.map((entry) => Number(entry[key])).sort((a, b) => a - b)[Math.floor(began.length / 2)] ??
    Number.NaN;
  return { wall: median('startup'), processor: median('processor') };
}

/** Files and tables that are not the same. */
function differences(a: string, b: string): string[] {
  const [one, other] = [predictionFiles(a), predictionFiles(b)];
  const table = (file: string, untimed: boolean): string =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((row) => (untimed ? row.slice(0, row.lastIndexOf(',')) : row))
      .join('\n');
  const tables = [
    ...(table(one.results, true) === table(other.results, true) ? [] : ['results.csv']),
    ...(table(one.objects, false) === table(other.objects, false) ? [] : ['objects.csv']),
  ];
  const folders = (['masks', 'uncertainty', 'instances', 'rois', 'geojson'] as const).flatMap((name) => {
    const [expected, found] = [one[name], other[name]].map((folder) => readdirSync(folder));
    if (expected?.join() !== found?.join()) return [name];
    return (expected ?? []).filter((file) => !equal(join(one[name], file), join(other[name], file)));
  });
  return [...tables, ...folders];
}

function equal(a: string, b: string): boolean {
  return readFileSync(a).equals(readFileSync(b));
}

async function settled(folder: string): Promise<void> {
  await until(async () => {
    const { counts } = await clusterStatus(folder);
    return counts.waiting + counts.running === 0;
  });
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(500);
}

async function timed(job: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await job();
  return (performance.now() - start) / 1000;
}

/** Runs a command and returns what it prints; an image that cannot be predicted is no failure here. */
async function deepflash(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  peak = 0;
  processor = 0;
  const watch = setInterval(() => {
    const [status, stat] = ['status', 'stat'].map((name) => `/proc/${child.pid}/${name}`);
    if (!existsSync(status ?? '')) return;
    const found = /VmHWM:\s+(\d+)/.exec(readFileSync(status ?? '', 'utf8'))?.[1];
    peak = Math.max(peak, Number(found ?? 0) / 1024);
    // User and system time in hundredths, the 14th and 15th field; the program's name may hold blanks.
    const times =
      readFileSync(stat ?? '', 'utf8')
        .split(') ')
        .at(-1)
        ?.split(' ')
        .slice(11, 13) ?? [];
    processor = times.reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
  }, 100);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  if (code !== 0 && !/could not be predicted/.test(stderr)) throw new Error(`${args.join(' ')}: ${stderr}`);
  return stdout;
}

function writeImages(): void {
  for (const folder of ['images', 'masks', 'many']) mkdirSync(at(folder));
  for (let number = 1; number <= 6; number++) {
    const { image, mask } = sampleImage({ number, size: 72 });
    writeFileSync(at('images', `cells-${number}.png`), encodePng(image));
    writeFileSync(at('masks', `cells-${number}.png`), encodePng(encodeMask(mask)));
  }
  for (let number = 1; number <= Number(values.images); number++) {
    const name = `image-${String(number).padStart(5, '0')}.png`;
    writeFileSync(at('many', name), encodePng(sampleImage({ number, size: 24 }).image));
  }
}
