/**
 * Many small images, of which one cannot be read: by one process; in shards; in shards of which one task is killed and
 * queued again by whoever runs the cluster, and another is killed and only done when the work is submitted again.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clusterStatus } from 'deepflash';
import { inWords, otherPrediction } from './equality.js';
import { manyImages, network } from './material.js';
import { type Place, SMALL, settled, tasksInWords, until } from './place.js';

const UNREADABLE = 'image-00017.png';

/** Whether all is as one process has it. */
export async function predictions(place: Place, images: number, shards: number): Promise<boolean> {
  const { at, deepflash } = place;
  const folder = manyImages(place, images);
  writeFileSync(join(folder, UNREADABLE), 'no image');
  const model = await network(place);
  const asked = (out: string): string[] => [
    ...['--model', model, '--images', folder, '--out', at(out)],
    ...['--threads', '1', '--test-time-augmentation', 'false'],
  ];
  // At the same time as the shards, for a machine with more than one processor.
  const one = deepflash('predict', ...asked('one'));
  let isSame = true;
  for (const name of ['shards', 'killed']) {
    const start = performance.now();
    const submit = async () => {
      const words = ['submit', 'predict', '--json', ...asked(name), '--shards', String(shards), ...SMALL];
      return JSON.parse((await deepflash(...words)).stdout);
    };
    const { array } = await submit();
    if (name === 'killed') await kill(at(name), array);
    await settled(at(name));
    if (name === 'killed') {
      console.log(`  It says: ${(await lastReason(at(name))).split('\n')[0]}`);
      console.log(`  Submitted again: ${(await submit()).tasks.join()}.`);
      await settled(at(name));
    }
    const seconds = (performance.now() - start) / 1000;
    console.log(`${images} images of 24 x 24 by one process: ${(await one).seconds.toFixed(0)} s`);
    const other = otherPrediction(at(name), at('one'));
    const { tasks } = await clusterStatus(at(name));
    const reason = await lastReason(at(name));
    const isNamed = reason.startsWith('1 of') && reason.includes(UNREADABLE);
    const all = tasks.every(({ state }) => state === 'done');
    isSame &&= other.length === 0 && isNamed && all;
    console.log(
      `${name}: ${seconds.toFixed(0)} s in ${shards} shards, ${all ? 'all done' : await tasksInWords(at(name))}; tables and files are ${inWords(other)}; the unreadable image ${isNamed ? 'is named' : 'is NOT named'}.`,
    );
    const { count, wall, processor } = startups(at(name));
    console.log(
      `Start of a task, of ${count}: median ${wall.toFixed(2)} s, of a processor ${processor.toFixed(2)} s.`,
    );
  }
  return isSame;
}

/** Kills two tasks in their work, without a word, and has one of them queued again. */
async function kill(folder: string, array: string): Promise<void> {
  const status = async (shard: number) =>
    (await clusterStatus(folder)).tasks.find(({ name }) => name === `shard-${shard}`);
  const killed = [2, 3].map(async (shard) => {
    await until(() => predicted(folder, shard) >= 1);
    killTask(folder, `shard-${shard}`);
    const done = predicted(folder, shard);
    await until(async () => (await status(shard))?.state === 'failed');
    const reason = (await status(shard))?.reason;
    if (shard === 2) execFileSync('scontrol', ['requeue', `${array}_2`]);
    console.log(
      `  shard-${shard} was killed after ${done} images${shard === 2 ? ', and queued again' : ', and left so'}; it was told: ${reason}`,
    );
  });
  await Promise.all(killed);
}

/** How many images a shard has in its log. */
function predicted(folder: string, shard: number): number {
  const log = join(folder, 'cluster', 'shards', `${String(shard).padStart(5, '0')}.jsonl`);
  // The first line says what was asked for.
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 2 : 0;
}

/** Kills the process of a task, as the system does that lacks memory. Throws where it is done already. */
function killTask(folder: string, task: string): void {
  let isKilled = false;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const file = `/proc/${pid}/cmdline`;
    const words = existsSync(file) ? readFileSync(file, 'utf8').split('\0') : [];
    const [, , command, where = '', what] = words;
    if (command === 'task' && resolve(where) === resolve(folder) && what === task) {
      process.kill(Number(pid), 'SIGKILL');
      isKilled = true;
    }
  }
  if (!isKilled) throw new Error(`${task} ended before it could be killed: ask for more --images.`);
}

async function lastReason(folder: string): Promise<string> {
  return (await clusterStatus(folder)).tasks.at(-1)?.reason ?? '';
}

/** From the start of the process of a task until its work begins. */
function startups(out: string): {
  readonly count: number;
  readonly wall: number;
  readonly processor: number;
} {
  const folder = join(out, 'cluster', 'tasks');
  const began = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .flatMap((line) => (line.includes('"began"') ? [JSON.parse(line)] : []));
  const median = (key: 'startup' | 'processor'): number =>
    began.map((entry) => Number(entry[key])).sort((a, b) => a - b)[Math.floor(began.length / 2)] ??
    Number.NaN;
  return { count: began.length, wall: median('startup'), processor: median('processor') };
}
