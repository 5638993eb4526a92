/**
 * `npm run evidence -- cluster [--part trainings|predictions|bands|scale|estimates …] [--images N] [--shards N]`: does work on Slurm
 * give what one process gives, and what does it cost?
 *
 * On a Slurm of one node (scripts/slurm.mjs; Linux, root, slurm-wlm and munge), with generated images; each part is told
 * at the head of its file. By default 2,000 images in 20 shards are predicted, and 20,000 in 1,000 are submitted and merged.
 * Prints lines for docs/cluster.md; exits 1 where anything differs.
 */
import { parseArgs } from 'node:util';
import { bands } from './bands.js';
import { estimates } from './estimates.js';
import { openPlace } from './place.js';
import { predictions } from './predictions.js';
import { scale } from './scale.js';
import { trainings } from './trainings.js';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string' },
    shards: { type: 'string' },
    part: {
      type: 'string',
      multiple: true,
      default: ['trainings', 'predictions', 'bands', 'scale', 'estimates'],
    },
  },
});

process.exitCode = await main();

function number(name: 'images' | 'shards', usual: number): number {
  return Number(values[name] ?? usual);
}

async function main(): Promise<number> {
  const place = openPlace();
  if (typeof place === 'string') {
    console.error(place);
    return 1;
  }
  let isSame = true;
  try {
    for (const part of values.part) {
      const start = performance.now();
      if (part === 'trainings') isSame = (await trainings(place)) && isSame;
      else if (part === 'predictions') {
        isSame = (await predictions(place, number('images', 2000), number('shards', 20))) && isSame;
      } else if (part === 'bands') isSame = (await bands(place)) && isSame;
      else if (part === 'scale') await scale(place, number('images', 20_000), number('shards', 1000));
      else if (part === 'estimates') await estimates(place);
      else throw new Error(`${part} is no part: name trainings, predictions, bands, scale or estimates.`);
      console.log(`(${part}: ${((performance.now() - start) / 1000).toFixed(0)} s)`);
    }
  } finally {
    place.end();
  }
  return isSame ? 0 : 1;
}
