/** What the pages are told of a project. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { encodePng } from '@deepflash/imaging';
import { parseSettings } from '@deepflash/segmentation';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ProjectFiles, projectFiles } from '../project/layout.js';
import { predictionFiles, runFiles } from '../runs/layout.js';
import { beginRun } from '../runs/run.js';
import { files, openTestStudio, type TestStudio } from '../testing/studio.js';
import type { RunDetails } from './run-view.js';

let studio: TestStudio;
let of: ProjectFiles;
beforeEach(async () => {
  studio = await openTestStudio();
  of = projectFiles(studio.folder);
});
afterEach(() => studio.close());

const picture = encodePng({ width: 2, height: 1, channels: 1, dtype: 'uint8', data: new Uint8Array(2) });

/** A run of which little can be read. */
function run(name: string, begun?: string): void {
  const { config, events } = runFiles(of.run(name));
  mkdirSync(of.run(name), { recursive: true });
  writeFileSync(config, '{');
  if (begun !== undefined) {
    writeFileSync(events, `${JSON.stringify({ time: begun, type: 'warning', message: '' })}\n`);
  }
}

async function problemOf(response: Response): Promise<string> {
  return ((await response.json()) as { problem: string }).problem;
}

/** The news until one comes of this kind. */
async function heard(response: Response, news: string): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; !text.includes(`event: ${news}`); ) text += (await reader?.read())?.value ?? '';
  await reader?.cancel();
}

test('the run that was begun last is the last, whatever its name', async () => {
  run('training-9', '2020-01-02T00:00:00Z');
  run('training-10', '2020-01-03T00:00:00Z');
  run('z', '2020-01-01T00:00:00Z');
  // Without an event it is known by its files, which are new.
  run('a');
  const { runs } = await studio.project();
  expect(runs.map(({ name }) => name)).toEqual(['z', 'training-9', 'training-10', 'a']);
});

test('the prediction that was begun last is the last, also when an older one is looked through', async () => {
  for (const [index, name] of ['p-10', 'p-9'].entries()) {
    const { log } = predictionFiles(of.prediction(name));
    mkdirSync(of.prediction(name));
    writeFileSync(log, '');
    for (const file of [log, of.prediction(name)]) utimesSync(file, 1000 * (index + 1), 1000 * (index + 1));
  }
  writeFileSync(of.accepted('p-10'), '[]');
  expect((await studio.project()).predictions).toEqual(['p-10', 'p-9']);
});

test('a run that cannot be read is told, and all else is shown', async () => {
  run('broken');
  await studio.post('/api/experts', { name: 'Ada' });
  const { runs, experts } = await studio.project();
  expect(experts).toEqual([{ name: 'Ada', images: [] }]);
  expect(runs).toEqual([
    expect.objectContaining({
      ...{ name: 'broken', state: 'interrupted', settings: null, dice: null },
      problem: expect.stringMatching(/config\.json cannot be read as JSON .*: restore it/),
    }),
  ]);
});

test('the name of a run is not given twice', async () => {
  run('first');
  const wanted = { name: 'first', masks: 'Ada', as: 'first' };
  for (const path of ['/api/runs', '/api/cluster/runs', '/api/runs/first/retrain']) {
    const response = await studio.post(path, wanted);
    expect([response.status, await problemOf(response)]).toEqual([
      400,
      'There is a training first already: choose another name, or go on with that one.',
    ]);
  }
});

test('the name of a training that waits or runs is not given twice', async () => {
  const wanted = { name: 'second', masks: 'Ada' };
  expect((await studio.post('/api/runs', wanted)).status).toBe(200);
  const response = await studio.post('/api/runs', wanted);
  expect([response.status, await problemOf(response)]).toEqual([
    400,
    'A training second is about to begin already: choose another name.',
  ]);
  expect(await studio.jobsEnded()).toHaveLength(1);
}, 120_000);

test('a drawing counts from its first stroke, and pages are told of it', async () => {
  await studio.ask('/api/images', { method: 'POST', body: files(['a.png', picture], ['b.png', picture]) });
  const tellsOfChange = async (act: () => Promise<Response>): Promise<void> => {
    const events = await studio.ask('/api/events');
    const [answer] = await Promise.all([act(), heard(events, 'change')]);
    expect(answer.ok).toBe(true);
  };
  await tellsOfChange(() => studio.post('/api/experts', { name: 'Ada' }));
  const place = '?x=0&y=0&width=1&height=1';
  await tellsOfChange(() =>
    studio.ask(`/api/labels/Ada/b${place}`, { method: 'PATCH', body: Uint8Array.of(1) }),
  );
  await studio.post('/api/objects', { objects: 'numbered' });
  const numbered = new Uint8Array(Uint32Array.of(65_537).buffer);
  await tellsOfChange(() => studio.ask(`/api/objects/Ada/a${place}`, { method: 'PATCH', body: numbered }));
  await tellsOfChange(() => studio.ask('/api/images', { method: 'POST', body: files(['c.png', picture]) }));
  expect((await studio.project()).experts).toEqual([{ name: 'Ada', images: ['a', 'b'] }]);
});

test('a merge that failed at some of the images is known by its method all the same', async () => {
  const job = { id: 'one', kind: 'ground-truth', target: 'majority', args: [], state: 'failed', pid: null };
  writeFileSync(of.job('one'), JSON.stringify({ ...job, created: '', started: '', ended: '', message: '' }));
  writeFileSync(of.jobAnswer('one'), '{"images":1}');
  await studio.close();
  studio = await openTestStudio(studio.folder);
  expect(await (await studio.ask('/api/ground-truth')).json()).toMatchObject({ method: 'majority' });
});

test('a held-out image is shown with the mask that it was judged by, also when that is not the ground truth', async () => {
  const fold = { name: 'a', image: { name: 'a.png', bytes: 1, sha256: 'x' }, width: 2, height: 1, fold: 1 };
  const shape = {
    encoder: 'resnet18',
    encoderWeights: 'none',
    steps: 5,
    scale: 1,
    tileSize: 64,
    batchSize: 1,
  };
  await beginRun(of.run('one'), parseSettings(shape), {
    ...{ schemaVersion: 1, imageFolder: of.images, maskFolder: of.expert('Ada'), channels: 1 },
    ...{ selection: { channels: null, z: null, time: null }, classValues: [0, 255], folds: 2, models: 2 },
    statistics: { means: [1], stds: [1], minima: [0], maxima: [2] },
    items: [{ ...fold, mask: { name: 'a.png', bytes: 1, sha256: 'y' } }],
    ...{ unmatched: [], software: {} },
  });
  const scores = { dice: 0.5, iou: 0.3, uncertainty: 0.1, uncertaintyScore: null };
  const event = { time: '2020', type: 'validated', fold: 1, name: 'a', done: 1, total: 1, ...scores };
  writeFileSync(runFiles(of.run('one')).events, `${JSON.stringify(event)}\n`);
  const heldOut = async () => ((await (await studio.ask('/api/runs/one')).json()) as RunDetails).heldOut;
  expect(await heldOut()).toMatchObject([{ name: 'a', drawn: false }]);
  mkdirSync(of.expert('Ada'), { recursive: true });
  const data = Uint8Array.of(0, 255);
  writeFileSync(of.labels('Ada', 'a'), encodePng({ width: 2, height: 1, channels: 1, dtype: 'uint8', data }));
  expect(await heldOut()).toMatchObject([{ name: 'a', drawn: true }]);
  const shown = await studio.ask('/api/overlays/learnt/one/a');
  expect([...new Uint8Array(await shown.arrayBuffer())]).toEqual([0, 1]);
});
