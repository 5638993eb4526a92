/**
 * Tiles through an ensemble in several threads, each with the models of its own and few cores to itself. The cores wait
 * less for each other than when all of them share the work of one layer, and reading tiles, softmax and merging go on
 * meanwhile.
 */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { TilePredictor, TileWays } from '@deepflash/segmentation';
import { machineMemory } from '../training/memory.js';
import type { ForeignNetwork } from './foreign-model.js';
import { type PredictionThread, startPredictionThread } from './prediction-thread.js';

export interface PredictionThreads {
  readonly openPredictor: (ways: TileWays) => TilePredictor;
  /** Waits until all of them have their models. Throws a UsageError for a file that cannot be opened. */
  readonly opened: () => Promise<void>;
  close(): Promise<void>;
}

/** How the cores are divided. */
export interface Division {
  /** Threads that predict, each with all models. */
  readonly threads: number;
  /** Cores of each. */
  readonly cores: number;
}

/** What the memory of a thread follows from. */
export interface ThreadNeeds {
  /** Of all model files together. */
  readonly modelBytes: number;
  readonly tilePixels: number;
}

/** A session takes about so many times the size of its file: its kernels want weights in an order of their own. */
const PER_FILE = 2.5;
/** Bytes for each pixel of a sample: a U-Net with ResNet-34 took 1209 MB for four of 512x512. */
const PER_PIXEL = 1200;
/** The part of the memory that predicting threads may take; images and results are beside them. */
const SHARE = 1 / 3;

/** As many threads as there are cores, fewer where the memory would not hold the models so many times. */
export function divisionOf(cores: number, needs: ThreadNeeds, memory: number): Division {
  const threads = Math.min(cores, Math.max(1, Math.floor((SHARE * memory) / bytesOfThread(needs))));
  return { threads, cores: Math.floor(cores / threads) };
}

/** The memory, in bytes, with which each of so many cores gets a thread. */
export function memoryForAll(cores: number, needs: ThreadNeeds): number {
  return (cores * bytesOfThread(needs)) / SHARE;
}

/** About the bytes that a thread takes. */
export function bytesOfThread({ modelBytes, tilePixels }: ThreadNeeds): number {
  return PER_FILE * modelBytes + PER_PIXEL * tilePixels;
}

/** Starts threads for the models of these files; null where there would be but one. */
export function startPredictionThreads(
  files: readonly string[],
  foreign: ForeignNetwork,
  { cores = availableParallelism(), tileSize }: { readonly cores?: number; readonly tileSize: number },
): PredictionThreads | null {
  const modelBytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const division = divisionOf(cores, { modelBytes, tilePixels: tileSize ** 2 }, 1e6 * machineMemory());
  if (division.threads === 1) return null;
  const threads = Array.from({ length: division.threads }, () =>
    startPredictionThread({ files, foreign, threads: division.cores }),
  );
  const borrowed = lending(threads);
  return {
    openPredictor: (given) => {
      // Each thread has one sample in work: together as many as one thread would put into a batch, or more.
      const ways = { ...given, batchSize: 1 };
      return {
        // One tile lies ready for the thread that is done first.
        parallel: threads.length + 1,
        tilesInBatch: 1,
        predict: (tiles) => borrowed((thread) => thread.predict({ ways, tiles })),
      };
    },
    async opened() {
      await Promise.all(threads.map((thread) => thread.opened()));
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** Lets each piece of work have a thread to itself, those first that asked first. */
function lending(threads: readonly PredictionThread[]) {
  const free = [...threads];
  const waiting: ((thread: PredictionThread) => void)[] = [];
  return async <Result>(work: (thread: PredictionThread) => Promise<Result>): Promise<Result> => {
    const thread = free.pop() ?? (await new Promise<PredictionThread>((resolve) => waiting.push(resolve)));
    try {
      return await work(thread);
    } finally {
      const next = waiting.shift();
      if (next) next(thread);
      else free.push(thread);
    }
  };
}
