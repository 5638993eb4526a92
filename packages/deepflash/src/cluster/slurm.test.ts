/**
 * Against a real Slurm of one node, where this computer can have it: see scripts/slurm.mjs. The tests go on at the same
 * time, each in folders of its own, since most of what they do is to wait for Slurm.
 */
import { execFileSync } from 'node:child_process';
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
import { delimiter, join } from 'node:path';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { afterAll, expect, test, vi } from 'vitest';
import { decodeCsv } from '../csv.js';
import { sampleImage } from '../demo/cells.js';
import { readEvents } from '../runs/events.js';
import { foldFiles, predictionFiles, runFiles } from '../runs/layout.js';
import { commandLine } from '../testing/command-line.js';
import { randomNetwork } from '../testing/random-network.js';
import { settled, startTestSlurm } from '../testing/slurm.js';
import { files, openTestStudio } from '../testing/studio.js';
import { clusterFiles } from './layout.js';
import { clusterStatus } from './status.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-slurm-'));
const at = (...names: string[]): string => join(folder, ...names);
const starting = startTestSlurm(folder);
const deepflash = commandLine(folder);

const [images, masks, more, model] = [at('images'), at('masks'), at('more'), at('model.onnx')];
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
writeFileSync(model, randomNetwork());

const training = [
  ...['--images', images, '--masks', masks, '--set', 'folds=2', 'encoder=resnet18', 'encoderWeights=none'],
  // As small a network as there is, which is still at work when it is told to stop after its first step.
  ...['encoderDepth=3', 'decoderChannels=32,16,8', 'steps=20', 'validationEvery=20', 'tileSize=64'],
  ...['scale=1', 'batchSize=1', 'learningRate=0.001', 'testTimeAugmentation=false', 'threads=1'],
];
const trained = once(() => deepflash('train', '--json', '--out', at('whole'), ...training));
const prediction = ['--model', model, '--images', more, '--threads', '1'];
const predicted = once(() => deepflash('predict', '--json', '--out', at('one'), ...prediction));
const small = ['--cpus', '1', '--memory', '1500M', '--time', '30'];
const submit = async (kind: string, out: string, ...args: string[]) => {
  const { code, stdout, stderr } = await deepflash('submit', kind, '--json', '--out', out, ...args, ...small);
  expect(code, stderr).toBe(0);
  return { stderr, ...JSON.parse(stdout) };
};
const patience = { timeout: 240_000, interval: 100 };

const slurm = await starting;
const onSlurm = slurm.isThere ? test.concurrent : test.skip;
afterAll(async () => {
  await slurm.stop();
  rmSync(folder, { recursive: true, force: true });
});

onSlurm(
  'an array of folds, of which one is queued again in the middle, trains the weights of one process',
  async () => {
    const run = at('array');
    const { array, tasks } = await submit('train', run, ...training);
    expect(tasks).toEqual(['fold-1', 'fold-2']);
    await vi.waitFor(() => {
      expect(readEvents(runFiles(run).eventsOf(2)).some(({ type }) => type === 'step')).toBe(true);
    }, patience);
    // As before the time limit: the task keeps what it has done and has itself queued again.
    execFileSync('scancel', ['--batch', '--signal=USR1', `${array}_2`]);
    const whole = await trained();
    expect(whole.code, whole.stderr).toBe(0);

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
      const same = written(at('whole'))[index] ?? '';
      expect(readFileSync(file).equals(readFileSync(same)), file).toBe(true);
    }
    expect(existsSync(runFiles(run).report)).toBe(true);
    expect((await submit('train', run, ...training)).stderr).toMatch(/is finished already/);
  },
  300_000,
);

const KINDS = ['masks', 'uncertainty', 'instances', 'rois', 'geojson'] as const;
const untimed = (file: string) => decodeCsv(readFileSync(file, 'utf8')).map((row) => row.slice(0, -1));

onSlurm(
  'shards give the tables and masks of one process, and name the image that cannot be read',
  async () => {
    // Images of its own, as one of them is put right later.
    const own = at('own');
    cpSync(more, own, { recursive: true });
    const asked = ['--model', model, '--images', own, '--threads', '1', '--shards', '2'];
    const out = at('shards');
    await submit('predict', out, ...asked);
    expect((await predicted()).code).toBe(1);
    const { tasks } = await settled(out);
    expect(tasks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'shard-1 done',
      'shard-2 done',
      'finish done',
    ]);
    expect(tasks[2]?.reason).toMatch(/1 of 5 images could not be predicted:\n.*3\.png is a text, and/);
    const [a, b] = [predictionFiles(at('one')), predictionFiles(out)];
    expect(untimed(b.results)).toEqual(untimed(a.results));
    expect(readFileSync(b.objects)).toEqual(readFileSync(a.objects));
    for (const kind of KINDS) {
      expect(readdirSync(b[kind])).toEqual(readdirSync(a[kind]));
      for (const file of readdirSync(a[kind])) {
        expect(readFileSync(join(b[kind], file)).equals(readFileSync(join(a[kind], file))), file).toBe(true);
      }
    }

    // The image is put right: only its shard is done again.
    writeFileSync(join(own, '3.png'), encodePng(sampleImage({ number: 3, size: 64 }).image));
    expect(await submit('predict', out, ...asked)).toMatchObject({ tasks: ['shard-2'], done: 1 });
    const whole = await settled(out);
    expect(whole.tasks.map(({ reason }) => reason)).toEqual([null, null, null]);
    expect(decodeCsv(readFileSync(b.results, 'utf8'))).toHaveLength(6);
    const nothing = { tasks: [], array: null, finish: null, done: 2 };
    expect(await submit('predict', out, ...asked)).toMatchObject(nothing);
    expect(existsSync(b.results)).toBe(true);

    // As if a shard had failed: the rest is told, and what is missing with the reason. A task can be done by hand, too.
    rmSync(clusterFiles(out).shardLog(1));
    const byHand = await deepflash('task', out, 'finish');
    expect(byHand.code).toBe(1);
    expect(byHand.stderr).toMatch(
      /2 of 5 images could not be predicted:\n.*1\.png was not seen by shard-1, or what it found is gone/,
    );
    expect(decodeCsv(readFileSync(b.results, 'utf8'))).toHaveLength(4);
    expect(readdirSync(b.masks)).toEqual(['3.png', '4.png', '5.png']);
  },
  300_000,
);

onSlurm(
  'an image in bands of rows has the rows and files of one process',
  async () => {
    const [tall, out] = [at('tall'), at('bands')];
    mkdirSync(tall);
    copyFileSync(join(more, '2.png'), join(tall, '2.png'));
    const asked = ['--model', model, '--images', tall, '--threads', '1', '--bands', '3'];
    const { tasks } = await submit('predict', out, ...asked);
    expect(tasks).toEqual(['shard-1', 'shard-2', 'shard-3']);
    await predicted();
    expect((await settled(out)).counts).toMatchObject({ done: 4 });
    const [whole, banded] = [predictionFiles(at('one')), predictionFiles(out)];
    const ofImage = (rows: string[][]) => rows.filter(([file]) => file === 'file' || file === '2.png');
    expect(untimed(banded.results)).toEqual(ofImage(untimed(whole.results)));
    expect(untimed(banded.objects)).toEqual(ofImage(untimed(whole.objects)));
    for (const kind of KINDS) {
      const [file = ''] = readdirSync(banded[kind]);
      const [a, b] = [whole, banded].map((of) => readFileSync(join(of[kind], file)));
      expect(a?.equals(b ?? new Uint8Array()), file).toBe(true);
    }
  },
  300_000,
);

onSlurm(
  'what waits is told with its reason, and cancelled',
  async () => {
    const out = at('waits');
    await submit('predict', out, ...prediction, '--partition', 'asleep', '--shards', '2');
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
  },
  300_000,
);

onSlurm(
  'the studio submits what its pages ask for, tells how each task is, shows its log, and cancels',
  async () => {
    await trained();
    const studio = await openTestStudio(at('project'));
    const json = async (answer: Promise<Response>) => (await answer).json();
    try {
      cpSync(at('whole'), at('project', 'runs', 'whole'), { recursive: true });
      const names = ['cells-1.png', 'cells-2.png'];
      const uploads = (from: string, under: string) =>
        files(...names.map((name) => [`${under}${name}`, readFileSync(join(from, name))] as const));
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
      const slept = [
        { name: 'fold-1', state: 'waiting', reason: expect.stringMatching(/partition is down/) },
        { name: 'finish', state: 'waiting' },
      ];
      await vi.waitFor(
        async () => expect(await json(studio.ask('/api/cluster/runs/slept'))).toMatchObject({ tasks: slept }),
        patience,
      );
      const { runs } = await studio.project();
      expect(runs.map(({ name, state }) => `${name} ${state}`)).toEqual([
        'whole finished',
        'slept submitted',
      ]);
      expect(await json(studio.post('/api/cluster/runs/slept/cancel'))).toEqual({ cancelled: 2 });
      expect((await settled(at('project', 'runs', 'slept'))).counts.cancelled).toBe(2);
      expect(await json(studio.ask('/api/cluster'))).toMatchObject({ resources: asleep });

      await settled(at('project', 'predictions', 'whole'));
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
  300_000,
);

onSlurm(
  'what Slurm refuses is told in its words, and leaves nothing behind',
  async () => {
    const place = at('refusals');
    mkdirSync(place);
    const asked = ['submit', 'predict', ...prediction, '--out', join(place, 'out')];
    /** The states of the jobs whose scripts lie there, and what else does. */
    const left = () => ({
      files: readdirSync(place),
      jobs: execFileSync('squeue', ['--noheader', '--states=all', '--format=%T %o'], { encoding: 'utf8' })
        .split('\n')
        .flatMap((line) => (line.includes(place) ? line.split(' ').slice(0, 1) : [])),
    });
    await Promise.all(
      (
        [
          [
            ['--partition', 'nowhere'],
            /invalid partition specified: nowhere.*--partition; the partitions here are main, /i,
          ],
          [['--memory', '900G'], /Slurm refuses \(sbatch\): .*node configuration is not available/],
          [['--time', '8-0'], /--time is 11520 minutes, and the partition .* allows 10080 at most/],
          [['--gpus', '1'], /Invalid generic resource.*--gpus/],
          [
            ['--partition', 'far'],
            /lies in the temporary folder of this computer alone.*would run on far-away: choose/,
          ],
        ] as const
      ).map(async ([options, says]) => {
        const { code, stdout, stderr } = await deepflash(...asked, ...options);
        expect(stderr).toMatch(says);
        const lines = stderr.trim().split('\n').length;
        expect({ code, stdout, lines }).toEqual({ code: 2, stdout: '', lines: 1 });
      }),
    );
    expect(left()).toEqual({ files: [], jobs: [] });

    // The array is accepted, and what follows it is not.
    const bin = at('bin');
    mkdirSync(bin);
    const real = execFileSync('which', ['sbatch'], { encoding: 'utf8' }).trim();
    const refuse = 'echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2; exit 1';
    const script = `#!/bin/sh\ncase "$*" in *finish.sh*) ${refuse};; esac\nexec ${real} "$@"\n`;
    writeFileSync(join(bin, 'sbatch'), script, { mode: 0o755 });
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    const { code, stderr } = await commandLine(folder, env)(...asked);
    expect(stderr).toMatch(/^Slurm refuses \(sbatch\): QOSMaxSubmitJobPerUserLimit.*\n$/);
    expect(code).toBe(2);
    expect(left()).toEqual({ files: [], jobs: ['CANCELLED'] });
  },
  300_000,
);

test('without sbatch one is told to go where it is', async () => {
  const path = process.env.PATH;
  process.env.PATH = folder;
  const studio = await openTestStudio(at('alone'));
  expect(await (await studio.ask('/api/cluster')).json()).toMatchObject({ here: false });
  await studio.close();
  const asked = ['--images', images, '--masks', masks, '--out', at('no-slurm')];
  const { code, stderr } = await deepflash('submit', 'train', ...asked);
  process.env.PATH = path;
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^sbatch is not found/) });
  expect(existsSync(at('no-slurm'))).toBe(false);
});

/** Does a thing when it is first asked for, and once. */
function once<Result>(act: () => Promise<Result>): () => Promise<Result> {
  let asked: Promise<Result> | undefined;
  return () => {
    asked ??= act();
    return asked;
  };
}
