/**
 * Threads that prepare tiles while the training's own thread is blocked by a step. Of n threads each makes every n-th
 * batch, a few ahead of what was taken. A batch depends on its step alone, so neither the number of threads nor their pace
 * changes any tile.
 */
import { availableParallelism } from 'node:os';
import { type OpenTiles, type TileRequest, type TileSource, tilesInThread } from '@deepflash/segmentation';
import { startTileThread } from './tile-thread.js';

/** Makes the tiles of trainings in so many threads; with null in half as many as there are cores, with 0 in none. */
export function tileWorkers({ tileThreads }: { readonly tileThreads: number | null }): OpenTiles {
  const threads = tileThreads ?? Math.min(8, Math.ceil(availableParallelism() / 2));
  return threads === 0 ? tilesInThread : (request) => tilesFrom(request, threads);
}

function tilesFrom(request: TileRequest, count: number): TileSource {
  const { firstStep } = request;
  const threads = Array.from({ length: count }, (_, index) =>
    startTileThread({ request, firstStep: firstStep + index, stride: count }),
  );
  return {
    async next(step) {
      const thread = threads[(step - firstStep) % count];
      if (!thread) throw new RangeError(`Step ${step} comes before the first one, ${firstStep}.`);
      return thread.take();
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
