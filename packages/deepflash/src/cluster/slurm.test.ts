/** Against a real Slurm of one node, where this computer can have it: see scripts/slurm.mjs. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
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
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { decodeCsv } from '../csv.js';
import { sampleImage } from '../demo/cells.js';
import { readEvents } from '../runs/events.js';
import { foldFiles, predictionFiles, runFiles } from '../runs/layout.js';
import { commandLine } from '../testing/command-line.js';
import { files, openTestStudio } from '../testing/studio.js';
import { clusterFiles } from './layout.js';
import { cancelCluster, clusterStatus } from './status.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-slurm-'));
const slurm = fileURLToPath(new URL('../../../../scripts/slurm.mjs', import.meta.url));
const started = spawnSync(process.execPath, [slurm, 'start', join(folder, 'slurm')], { encoding: 'utf8' });
const isThere = started.status === 0;
if (isThere) process.env.SLURM_CONF = JSON.parse(started.stdout).conf;
else console.warn(`Tests of the cluster are skipped. ${started.stderr.trim()}`);

const deepflash = commandLine(folder);
const [images, masks, more] = ['images', 'masks', 'more'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
for (const path of [images, masks, more]) mkdirSync(path);
for (let number = 1; number <= 3; number++) {
  const { image, mask } = sampleImage({ number, size: 64 });
  writeFileSync(join(images, `cells-${number}.png`), encodePng(image));
  writeFileSync(join(masks, `cells-${number}.png`), encodePng(encodeMask(mask)));
}
for (let number = 1; number <= 5; number++) {
  writeFileSync(join(more, `${number}.png`), encodePng(sampleImage({ number, size: 64 }).image));
}
writeFileSync(join(more, '3.png'), 'no image');

const training = [
  ...['--images', images, '--masks', masks, '--set', 'folds=2', 'encoder=resnet18', 'encoderWeights=none'],
  ...['steps=3', 'validationEvery=3', 'tileSize=64', 'scale=1', 'batchSize=1', 'learningRate=0.001'],
  ...['testTimeAugmentation=false', 'threads=1'],
];
const small = ['--cpus', '1', '--memory', '1500M', '--time', '30'];
const patience = { timeout: 240_000, interval: 200 };

function settled(out: string) {
  return vi.waitFor(async () => {
    const status = await clusterStatus(out);
    if (status.counts.waiting + status.counts.running > 0) throw new Error(JSON.stringify(status.tasks));
    return status;
  }, patience);
}

afterEach(async () => {
  const submitted = ['array', 'shards', 'bands', 'waits', 'project/runs/slept', 'project/predictions/whole'];
  for (const name of submitted) {
    if (isThere && existsSync(clusterFiles(join(folder, name)).submission))
      await cancelCluster(join(folder, name));
  }
});
afterAll(() => {
  spawnSync(process.execPath, [slurm, 'stop', join(folder, 'slurm')]);
  rmSync(folder, { recursive: true, force: true });
});

test.runIf(isThere)(
  'an array of folds, of which one is queued again in the middle, trains the weights of one process',
  async () => {
    const whole = await deepflash('train', '--json', '--out', join(folder, 'whole'), ...training);
    expect(whole.code, whole.stderr).toBe(0);

    const run = join(folder, 'array');
    const submitted = await deepflash('submit', 'train', '--json', '--out', run, ...training, ...small);
    expect(submitted.code, submitted.stderr).toBe(0);
    const { array, tasks } = JSON.parse(submitted.stdout);
    expect(tasks).toEqual(['fold-1', 'fold-2']);
    await vi.waitFor(() => {
      expect(readEvents(runFiles(run).eventsOf(2)).some(({ type }) => type === 'step')).toBe(true);
    }, patience);
    // As before the time limit: the task keeps what it has done and has itself queued again.
    execFileSync('scancel', ['--batch', '--signal=USR1', `${array}_2`]);

    const { tasks: done } = await settled(run);
    expect(done.map(({ name, state, reason }) => ({ name, state, reason }))).toEqual(
      ['fold-1', 'fold-2', 'finish'].map((name) => ({ name, state: 'done', reason: null })),
    );
    expect(done.map(({ restarts }) => restarts)).toEqual([0, 1, 0]);
    const written = (path: string) => [
      ...[1, 2].map((fold) => foldFiles(path, fold).weights),
      runFiles(path).ensemble,
      runFiles(path).validation.results,
    ];
    for (const [index, file] of written(run).entries()) {
      const whole = written(join(folder, 'whole'))[index] ?? '';
      expect(readFileSync(file).equals(readFileSync(whole)), file).toBe(true);
    }
    expect(existsSync(runFiles(run).report)).toBe(true);
    const again = await deepflash('submit', 'train', '--json', '--out', run, ...training, ...small);
    expect(again.stderr).toMatch(/is finished already/);
  },
  300_000,
);

test.runIf(isThere)(
  'shards give the tables and masks of one process, and name the image that cannot be read',
  async () => {
    const asked = ['--model', foldFiles(join(folder, 'whole'), 1).model, '--images', more, '--threads', '1'];
    const one = await deepflash('predict', '--json', '--out', join(folder, 'one'), ...asked);
    expect(one.code).toBe(1);
    const out = join(folder, 'shards');
    const submit = () =>
      deepflash('submit', 'predict', '--json', '--out', out, '--shards', '2', ...asked, ...small);
    const submitted = await submit();
    expect(submitted.code, submitted.stderr).toBe(0);
    const { tasks } = await settled(out);
    expect(tasks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'shard-1 done',
      'shard-2 done',
      'finish done',
    ]);
    expect(tasks[2]?.reason).toMatch(/1 of 5 images could not be predicted:\n.*3\.png is a text, and/);
    const [a, b] = [predictionFiles(join(folder, 'one')), predictionFiles(out)];
    const untimed = (file: string) => decodeCsv(readFileSync(file, 'utf8')).map((row) => row.slice(0, -1));
    expect(untimed(b.results)).toEqual(untimed(a.results));
    expect(readFileSync(b.objects)).toEqual(readFileSync(a.objects));
    for (const name of ['masks', 'uncertainty', 'instances', 'rois', 'geojson'] as const) {
      expect(readdirSync(b[name])).toEqual(readdirSync(a[name]));
      for (const file of readdirSync(a[name])) {
        expect(readFileSync(join(b[name], file)).equals(readFileSync(join(a[name], file))), file).toBe(true);
      }
    }

    // The image is put right: only its shard is done again.
    writeFileSync(join(more, '3.png'), encodePng(sampleImage({ number: 3, size: 64 }).image));
    const again = await submit();
    expect(JSON.parse(again.stdout), again.stderr).toMatchObject({ tasks: ['shard-2'], done: 1 });
    const whole = await settled(out);
    expect(whole.tasks.map(({ reason }) => reason)).toEqual([null, null, null]);
    expect(decodeCsv(readFileSync(b.results, 'utf8'))).toHaveLength(6);
    expect(JSON.parse((await submit()).stdout)).toMatchObject({
      tasks: [],
      array: null,
      finish: null,
      done: 2,
    });
    expect(existsSync(b.results)).toBe(true);

    // One of the images in bands of rows: the same rows and files.
    const [tall, banded] = [join(folder, 'tall'), join(folder, 'bands')];
    mkdirSync(tall);
    copyFileSync(join(more, '2.png'), join(tall, '2.png'));
    const cut = await deepflash(
      ...['submit', 'predict', '--json', '--model', foldFiles(join(folder, 'whole'), 1).model],
      ...['--images', tall, '--out', banded, '--threads', '1', '--bands', '3', ...small],
    );
    expect(JSON.parse(cut.stdout).tasks, cut.stderr).toEqual(['shard-1', 'shard-2', 'shard-3']);
    expect((await settled(banded)).counts).toMatchObject({ done: 4 });
    const c = predictionFiles(banded);
    const ofImage = (rows: string[][]) => rows.filter(([file]) => file === 'file' || file === '2.png');
    expect(untimed(c.results)).toEqual(ofImage(untimed(b.results)));
    expect(untimed(c.objects)).toEqual(ofImage(untimed(b.objects)));
    for (const name of ['masks', 'uncertainty', 'instances', 'rois', 'geojson'] as const) {
      const [file = ''] = readdirSync(c[name]);
      expect(readFileSync(join(c[name], file)).equals(readFileSync(join(b[name], file))), file).toBe(true);
    }

    // As if a shard had failed: the rest is told, and what is missing with the reason. A task can be done by hand, too.
    rmSync(clusterFiles(out).shardLog(1));
    const byHand = await deepflash('task', out, 'finish');
    expect(byHand.code).toBe(1);
    expect(byHand.stderr).toMatch(
      /2 of 5 images could not be predicted:\n.*1\.png was not predicted, because shard-1/,
    );
    expect(decodeCsv(readFileSync(b.results, 'utf8'))).toHaveLength(4);
  },
  300_000,
);

test.runIf(isThere)('what waits is told with its reason, and cancelled', async () => {
  const out = join(folder, 'waits');
  const asked = ['--model', foldFiles(join(folder, 'whole'), 1).model, '--images', more];
  const beside = ['--partition', 'asleep', '--shards', '2', ...small];
  const submitted = await deepflash('submit', 'predict', '--json', '--out', out, ...asked, ...beside);
  expect(submitted.code, submitted.stderr).toBe(0);
  await vi.waitFor(async () => {
    const { tasks, counts } = await clusterStatus(out);
    expect(counts.waiting).toBe(3);
    expect(tasks[0]?.reason).toMatch(/partition is down/);
    expect(tasks[2]?.reason).toMatch(/other tasks are not done/);
  }, patience);
  const { stdout } = await deepflash('status', out, '--cancel', '--json');
  expect(JSON.parse(stdout).cancelled).toBe(3);
  expect((await settled(out)).counts).toMatchObject({ cancelled: 3 });
  // What is missing is asked for as before, but for what is said now.
  const again = await deepflash('submit', 'missing', out, '--time', '20', '--json');
  expect(JSON.parse(again.stdout), again.stderr).toMatchObject({ tasks: ['shard-1', 'shard-2'], done: 0 });
  const script = readFileSync(clusterFiles(out).script('tasks'), 'utf8');
  for (const line of ['--partition=asleep', '--cpus-per-task=1', '--mem=1500M', '--time=20']) {
    expect(script).toContain(`#SBATCH ${line}`);
  }
});

test.runIf(isThere)(
  'the studio submits what its pages ask for, tells how each task is, shows its log, and cancels',
  async () => {
    const studio = await openTestStudio(join(folder, 'project'));
    const json = async (answer: Promise<Response>) => (await answer).json();
    try {
      cpSync(join(folder, 'whole'), join(folder, 'project', 'runs', 'whole'), { recursive: true });
      const read = (from: string, name: string) => readFileSync(join(from, name));
      const names = ['cells-1.png', 'cells-2.png'];
      const uploads = (from: string, under: string) =>
        files(...names.map((name) => [`${under}${name}`, read(from, name)] as const));
      await studio.ask('/api/images', { method: 'POST', body: uploads(images, '') });
      await studio.ask('/api/masks', { method: 'POST', body: uploads(masks, 'Ada/') });
      expect(await json(studio.ask('/api/cluster'))).toMatchObject({
        here: true,
        partitions: expect.arrayContaining(['main', 'asleep']),
      });
      const resources = { cpus: '1', memory: '1500M', time: '30' };
      const asked = { name: 'whole', run: 'whole', shards: 1, separate: 'components', resources };
      expect((await studio.post('/api/cluster/predictions', asked)).status).toBe(200);
      const settings = { encoder: 'resnet18', encoderWeights: 'none', steps: 3, tileSize: 64, models: 1 };
      const asleep = { ...resources, partition: 'asleep', setup: 'export DEEPFLASH_TEST=1' };
      await studio.post('/api/cluster/runs', { name: 'slept', masks: 'Ada', settings, resources: asleep });
      expect(await studio.jobsEnded()).toEqual(['submit-prediction done', 'submit-training done']);

      // Slurm gives the reason when it first looks at its queue.
      await expect
        .poll(() => json(studio.ask('/api/cluster/runs/slept')), { timeout: 60_000 })
        .toMatchObject({
          tasks: [
            { name: 'fold-1', state: 'waiting', reason: expect.stringMatching(/partition is down/) },
            { name: 'finish', state: 'waiting' },
          ],
        });
      const { runs } = await studio.project();
      expect(runs.map(({ name, state }) => `${name} ${state}`)).toEqual([
        'slept submitted',
        'whole finished',
      ]);
      expect(await json(studio.post('/api/cluster/runs/slept/cancel'))).toEqual({ cancelled: 2 });
      expect((await settled(join(folder, 'project', 'runs', 'slept'))).counts.cancelled).toBe(2);
      expect(await json(studio.ask('/api/cluster'))).toMatchObject({ resources: asleep });

      await settled(join(folder, 'project', 'predictions', 'whole'));
      expect(await json(studio.ask('/api/cluster/predictions/whole'))).toMatchObject({ counts: { done: 2 } });
      expect(await json(studio.ask('/api/predictions/whole'))).toMatchObject({
        ...{ finished: true, submitted: true, images: [{}, {}] },
      });
      const log = '/api/cluster/predictions/whole/logs/';
      expect(await json(studio.ask(`${log}shard-1`))).toEqual({ text: expect.any(String) });
      expect((await studio.ask(`${log}..%2Fx`)).status).toBe(400);
    } finally {
      await studio.close();
    }
  },
  240_000,
);

test.runIf(isThere)(
  'what Slurm refuses is told in its words, and leaves nothing behind',
  async () => {
    const model = foldFiles(join(folder, 'whole'), 1).model;
    const before = () => ({
      files: readdirSync(folder).sort(),
      jobs: execFileSync('squeue', ['--noheader', '--states=PENDING,RUNNING'], { encoding: 'utf8' }),
    });
    const was = before();
    for (const [options, says] of [
      [
        ['--partition', 'nowhere'],
        /invalid partition specified: nowhere.*--partition; the partitions here are main, /i,
      ],
      [['--memory', '900G'], /Slurm refuses \(sbatch\): .*node configuration is not available/],
      [['--gpus', '1'], /Invalid generic resource.*--gpus/],
      [
        ['--partition', 'far'],
        /lies in the temporary folder of this computer alone.*would run on far-away: choose/,
      ],
    ] as const) {
      const asked = ['--model', model, '--images', more, '--out', join(folder, 'refused'), ...options];
      const { code, stdout, stderr } = await deepflash('submit', 'predict', ...asked);
      expect(stderr).toMatch(says);
      expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
        code: 2,
        stdout: '',
        lines: 1,
      });
    }
    expect(before()).toEqual(was);

    // The array is accepted, and what follows it is not.
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const real = execFileSync('which', ['sbatch'], { encoding: 'utf8' }).trim();
    const refuse = 'echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2; exit 1';
    const script = `#!/bin/sh\ncase "$*" in *finish.sh*) ${refuse};; esac\nexec ${real} "$@"\n`;
    writeFileSync(join(bin, 'sbatch'), script, { mode: 0o755 });
    const path = process.env.PATH;
    process.env.PATH = `${bin}:${path}`;
    const out = join(folder, 'refused');
    const second = await deepflash('submit', 'predict', '--model', model, '--images', more, '--out', out);
    process.env.PATH = path;
    rmSync(bin, { recursive: true });
    expect(second.stderr).toMatch(/^Slurm refuses \(sbatch\): QOSMaxSubmitJobPerUserLimit.*\n$/);
    expect(second.code).toBe(2);
    expect(existsSync(out)).toBe(false);
    expect(before()).toEqual(was);
  },
  300_000,
);

test('without sbatch one is told to go where it is', async () => {
  const path = process.env.PATH;
  process.env.PATH = folder;
  const studio = await openTestStudio(join(folder, 'alone'));
  expect(await (await studio.ask('/api/cluster')).json()).toMatchObject({ here: false });
  await studio.close();
  const asked = ['--images', images, '--masks', masks, '--out', join(folder, 'no-slurm')];
  const { code, stderr } = await deepflash('submit', 'train', ...asked);
  process.env.PATH = path;
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^sbatch is not found/) });
  expect(existsSync(join(folder, 'no-slurm'))).toBe(false);
});
