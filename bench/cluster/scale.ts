/** What is not the work itself: submitting, asking, merging, for more tasks and images than can be computed here. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { predictionFiles } from 'deepflash';
import { copies, network } from './material.js';
import { type Place, type Ran, SMALL } from './place.js';

/** At most so many results are copied, more than a report pictures. */
const MOST_PICTURED = 300;

export async function scale(place: Place, imageCount: number, tasks: number): Promise<void> {
  const { at, deepflash } = place;
  const images = copies(place, imageCount);
  const asked = [
    ...['--model', await network(place), '--images', images, '--out', at('scale')],
    ...['--threads', '1', '--test-time-augmentation', 'false', '--probabilities'],
  ];
  const held = ['--partition', 'asleep', '--shards', String(tasks), ...SMALL];
  console.log(
    `${imageCount} images in ${tasks} tasks, submitted: ${cost(await deepflash('submit', 'predict', ...asked, ...held))}`,
  );
  console.log(`Status: ${cost(await deepflash('status', at('scale'), '--json'))}`);
  // One shard is done here; the logs of the others are copies of it under their own names.
  await deepflash('task', at('scale'), 'shard-1');
  const files = predictionFiles(at('scale'));
  const shards = (name: string): string => at('scale', 'cluster', 'shards', name);
  const log = readFileSync(shards('00001.jsonl'), 'utf8').trim().split('\n');
  const entry = log[1] ?? '';
  const { result } = JSON.parse(entry);
  for (let shard = 2; shard <= tasks; shard++) {
    const name = String(shard).padStart(5, '0');
    const own = readFileSync(shards(`${name}.txt`), 'utf8')
      .trim()
      .split('\n');
    const lines = own.map((file) =>
      entry.replaceAll(result.file, file).replaceAll(result.name, file.slice(0, -4)),
    );
    writeFileSync(shards(`${name}.jsonl`), `${[log[0], ...lines].join('\n')}\n`);
  }
  for (let number = 1; number <= MOST_PICTURED; number++) {
    const name = `image-${String(number).padStart(6, '0')}`;
    for (const [from, to] of [
      [files.mask(result.name), files.mask(name)],
      [files.uncertaintyOf(result.name), files.uncertaintyOf(name)],
    ] as const) {
      if (!existsSync(to)) cpSync(from, to);
    }
  }
  const merging = await deepflash('task', at('scale'), 'finish');
  console.log(
    `Merged, of ${Buffer.byteLength(entry)} bytes an image with ${result.objects} objects: ${cost(merging)}`,
  );
}

function cost({ seconds, processor, peak }: Ran): string {
  return `${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of a processor, ${peak.toFixed(0)} MB`;
}
