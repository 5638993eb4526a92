/** One large image, written in tiles: by one process, and in bands by several tasks. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { clusterStatus, predictionFiles } from 'deepflash';
import { inWords, otherPrediction } from './equality.js';
import { largeImage, network } from './material.js';
import { type Place, SMALL, settled, tasksInWords } from './place.js';

/** Above the 36 megapixels up to which images are predicted in memory. */
const SIDE = 6100;
/** The networks see it at a quarter of its size, which spares this machine most of the arithmetic. */
const SCALE = 4;

/** Whether all is as one process has it. */
export async function bands(place: Place): Promise<boolean> {
  const { at, deepflash } = place;
  const images = largeImage(place, SIDE);
  const model = await network(place, SCALE);
  const asked = (out: string): string[] => [
    ...['--model', model, '--images', images, '--out', at(out)],
    ...['--threads', '1', '--test-time-augmentation', 'false'],
  ];
  const whole = await deepflash('predict', ...asked('large-one'));
  console.log(
    `${SIDE} x ${SIDE} pixels by one process: ${cost(whole)}; files ${megabytes(at('large-one'))} MB`,
  );
  const { stdout } = await deepflash(
    ...['submit', 'predict', '--json', ...asked('large-bands'), '--shards', '4', ...SMALL],
  );
  const { tasks } = JSON.parse(stdout);
  await settled(at('large-bands'));
  const { counts } = await clusterStatus(at('large-bands'));
  const other = otherPrediction(at('large-bands'), at('large-one'));
  console.log(
    `In ${tasks.length} bands: ${await tasksInWords(at('large-bands'))}; tables and files are ${inWords(other)}.`,
  );
  const left = readdirSync(at('large-bands', 'cluster', 'shards')).filter((name) => name.endsWith('.values'));
  const parts = [1, 2].map((shard) => accountOf(at('large-bands'), shard));
  console.log(
    `Values of the bands took ${parts.map((size) => (size / 1e6).toFixed(1)).join(' and ')} MB, …; left when they were put together: ${left.length} files.`,
  );
  const [began, ended] = ['began', 'ended'].map((type) => timeOf(at('large-bands'), type));
  console.log(`Putting it together took ${(((ended ?? 0) - (began ?? 0)) / 1000).toFixed(0)} s.`);
  return other.length === 0 && counts.done === tasks.length + 1 && left.length === 0;
}

function cost({ seconds, processor, peak }: Awaited<ReturnType<Place['deepflash']>>): string {
  return `${seconds.toFixed(0)} s, ${processor.toFixed(0)} s of a processor, ${peak.toFixed(0)} MB`;
}

function megabytes(out: string): string {
  const { masks, uncertainty, instances } = predictionFiles(out);
  const sizes = [masks, uncertainty, instances].flatMap((folder) =>
    readdirSync(folder).map((name) => statSync(join(folder, name)).size),
  );
  return (sizes.reduce((a, b) => a + b, 0) / 1e6).toFixed(0);
}

/** When the last task began, or ended, in milliseconds. */
function timeOf(out: string, type: string): number {
  const lines = readFileSync(join(out, 'cluster', 'tasks', 'finish.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return Date.parse(lines.map((line) => JSON.parse(line)).findLast((entry) => entry.type === type)?.time);
}

/** Bytes of the values that a band wrote, by its account. */
function accountOf(out: string, shard: number): number {
  const name = `${String(shard).padStart(5, '0')}.jsonl`;
  const lines = readFileSync(join(out, 'cluster', 'shards', name), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return lines
    .flatMap((line) => Object.values<number>(JSON.parse(line).lengths ?? {}))
    .reduce((a, b) => a + b, 0);
}
