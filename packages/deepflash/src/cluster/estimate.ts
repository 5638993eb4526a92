/** What a task is likely to need, from the same counts of a network's cost that a local run goes by. */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Graph } from '@deepflash/engine';
import { openImageFile } from '@deepflash/imaging/node';
import {
  architectures,
  buildNetwork,
  encoders,
  type ModelDescription,
  type NetworkCost,
  type NetworkShape,
  networkCost,
  networkShape,
  trainingSteps,
} from '@deepflash/segmentation';
import { probeDevice } from '../devices/probe.js';
import { REFERENCE } from '../networks/catalogue.js';
import { estimateTraining } from '../networks/estimate.js';
import { MOST_PIXELS } from '../prediction/predict-file.js';
import { bytesOfThread, memoryForAll, type ThreadNeeds } from '../prediction/prediction-threads.js';
import type { Run } from '../runs/run.js';
import { isOnProcessor } from '../training/machine.js';
import { memoryOf } from '../training/memory.js';
import type { Resources } from './resources.js';
import { isBand, type Shard } from './shards.js';

export interface Need {
  /** Megabytes. */
  readonly memory: number;
  /** Minutes; undefined where no guess is better than none. */
  readonly minutes: number | undefined;
}

/** What is expected, before any margin. */
export interface Expected {
  readonly megabytes: number;
  /** Undefined where no guess is better than none. */
  readonly seconds: number | undefined;
}

/** The estimate of memory is within a factor of 1.5 of what was measured; a task that takes more is killed. */
const MEMORY_MARGIN = 1.5;
/** Time is within a factor of two on the machine of the estimate, and the cluster's may be slower. */
const TIME_MARGIN = 4;
const SHORTEST = 30;
/** Tiles of a whole image lie half a tile apart; flips predict each four times. */
const OVERLAP = 4;
const FLIPS = 4;

/**
 * Memory and time of a task as they were given, and where not, as they are expected; what is given in full is not estimated.
 *
 * @param longest the most minutes that Slurm allows
 */
export async function limitsOf(
  { memory, minutes }: Partial<Resources>,
  longest: number,
  expect: () => Promise<Need>,
): Promise<Pick<Resources, 'memory' | 'minutes'>> {
  if (memory !== undefined && minutes !== undefined) return { memory, minutes };
  const need = await expect();
  const limit = minutes ?? (need.minutes === undefined ? undefined : Math.min(need.minutes, longest));
  return { memory: memory ?? need.memory, ...(limit === undefined ? {} : { minutes: limit }) };
}

/** What the training of one fold needs. */
export async function trainingNeed(run: Run, cpus: number): Promise<Need> {
  const { settings, data } = run;
  const memory = rounded(MEMORY_MARGIN * memoryOf(settings, data));
  const speed = isOnProcessor(settings) ? await gigaflops(cpus) : undefined;
  if (speed === undefined) return { memory, minutes: undefined };
  const { batchSize } = settings;
  const cost = costOf({ ...settings, channels: data.channels, classes: data.classValues.length });
  const ofReference = estimateTraining(cost, speed).secondsPerStep;
  const pixels = data.items.reduce((sum, { width, height }) => sum + width * height, 0);
  const steps = trainingSteps(settings, pixels);
  const seconds = (steps * ofReference * batchSize) / REFERENCE.batchSize;
  return { memory, minutes: minutesOf(seconds) };
}

/**
 * What each task of a prediction is given, also the one that puts tables together: enough for a thread on every core,
 * unless no machine has so much.
 *
 * @param most megabytes of the largest machine, where they are known
 */
export async function predictionNeed(
  prediction: PredictionToEstimate,
  most = Number.POSITIVE_INFINITY,
): Promise<Need> {
  const { cpus, images, files } = prediction;
  const sizes = await someSizes(images, files);
  const seconds = await secondsOf(prediction, sizes);
  const [least, usual] = [1, cpus].map((cores) => megabytesOf({ ...prediction, cpus: cores }, sizes));
  const forAll = threadsOf(prediction) > 1 ? memoryForAll(cpus, needsOf(prediction)) / 1e6 : 0;
  const wanted = Math.max(MEMORY_MARGIN * (usual ?? 0), forAll);
  const merge = MERGE + MERGED_IMAGE * files.length;
  return {
    memory: rounded(Math.max(Math.min(most, wanted), MEMORY_MARGIN * Math.max(least ?? 0, merge))),
    minutes: seconds === undefined ? undefined : minutesOf(seconds),
  };
}

/** Threads that predict in a task. */
function threadsOf({ device, cpus }: PredictionToEstimate): number {
  return device === 'cpu' || device === 'auto' ? cpus : 1;
}

function needsOf({ description, modelFiles }: PredictionToEstimate): ThreadNeeds {
  const modelBytes = modelFiles.reduce((sum, file) => sum + statSync(file).size, 0);
  return { modelBytes, tilePixels: description.tileSize ** 2 };
}

export interface PredictionToEstimate {
  readonly description: ModelDescription;
  readonly modelFiles: readonly string[];
  readonly images: string;
  readonly files: readonly string[];
  readonly shards: readonly Shard[];
  /** How often each tile is seen by each network: in flips, turns and sizes. */
  readonly views: number;
  readonly device: string;
  readonly cpus: number;
}

/** What the largest task of a prediction is expected to need, by the sizes of a few of the images. */
export async function expectedPrediction(prediction: PredictionToEstimate): Promise<Expected> {
  const sizes = await someSizes(prediction.images, prediction.files);
  return {
    megabytes: megabytesOf(prediction, sizes),
    seconds: await secondsOf(prediction, sizes),
  };
}

/** @param sizes of some of the images, in pixels */
function megabytesOf(prediction: PredictionToEstimate, sizes: readonly number[]): number {
  const { description, modelFiles } = prediction;
  const { channels, classes, tileSize } = description;
  const cost = costOf(description);
  const threads = threadsOf(prediction);
  const networks =
    threads > 1
      ? threads * bytesOfThread(needsOf(prediction))
      : modelFiles.length * 8 * cost.parameters + (FLIPS * cost.activationBytes) / 2;
  // Raw values, probabilities and what is made of them; images above are predicted in parts.
  const pixels = Math.min(Math.max(...sizes, tileSize ** 2), MOST_PIXELS);
  const pictures = pixels * (4 * channels + 12 * (classes + 1));
  return PROGRAM + (networks + pictures) / 1e6;
}

async function secondsOf(
  { description, modelFiles, shards, views, device, cpus }: PredictionToEstimate,
  sizes: readonly number[],
): Promise<number | undefined> {
  const speed = device === 'auto' || device === 'cpu' ? await gigaflops(cpus) : undefined;
  if (speed === undefined) return undefined;
  const { tileSize, scale } = description;
  const mean = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length) || tileSize ** 2;
  const tiles = Math.max(1, (OVERLAP * mean) / (scale * tileSize) ** 2);
  const passes = modelFiles.length * tiles * views;
  // A training step is three passes over a batch.
  const pass = estimateTraining(costOf(description), speed).secondsPerStep / (3 * REFERENCE.batchSize);
  return imagesInTask(shards) * passes * pass;
}

/** How many images the largest task predicts; parts of one for bands, with the rows of tiles that their neighbours share. */
function imagesInTask(shards: readonly Shard[]): number {
  return shards.reduce((most, shard) => {
    const own = isBand(shard) ? (1 + SHARED / (shard.band.end - shard.band.first)) / shard.of : shard.length;
    return Math.max(most, own);
  }, 0);
}

const SHARED = 3;
const PROGRAM = 600;
/** Megabytes that the last task takes, and for each image, of some 25 objects. */
const MERGE = 200;
const MERGED_IMAGE = 0.06;
/** Images that are looked at, spread over the list. */
const LOOKED_AT = 12;

async function someSizes(images: string, files: readonly string[]): Promise<number[]> {
  const every = Math.max(1, Math.floor(files.length / LOOKED_AT));
  const sizes: number[] = [];
  for (let index = 0; index < files.length; index += every) {
    const source = await openImageFile(join(images, files[index] ?? '')).catch(() => undefined);
    if (source === undefined) continue;
    sizes.push(source.info.width * source.info.height);
    await source.close();
  }
  return sizes;
}

function costOf(network: NetworkToCount): NetworkCost {
  const { architecture, encoder, channels, classes, tileSize } = network;
  if (!isKnown(architectures, architecture) || !isKnown(encoders, encoder)) return LARGE;
  const graph = new Graph();
  const tile = graph.input('images', [1, channels, tileSize, tileSize]);
  const shape = networkShape({ ...network, architecture, encoder });
  buildNetwork(graph, tile, { ...shape, classes, mode: 'evaluate' });
  return networkCost(graph);
}

type NetworkToCount = Pick<
  ModelDescription,
  'architecture' | 'encoder' | 'channels' | 'classes' | 'tileSize'
> &
  Pick<NetworkShape, 'encoderDepth' | 'decoderChannels'>;

/** What is taken for a network that this version cannot build. */
const LARGE: NetworkCost = { parameters: 60e6, multiplyAdds: 60e9, activationBytes: 1.5e9 };

function isKnown<K extends string>(table: Readonly<Record<K, unknown>>, name: string): name is K {
  return Object.hasOwn(table, name);
}

/** The speed of so many processors like those here. */
async function gigaflops(cpus: number): Promise<number | undefined> {
  const speed = await probeDevice('cpu');
  return 'problem' in speed ? undefined : speed.gigaflops * Math.min(1, cpus / availableParallelism());
}

function minutesOf(seconds: number): number {
  return Math.max(SHORTEST, Math.ceil((TIME_MARGIN * seconds) / 60));
}

function rounded(megabytes: number): number {
  return 100 * Math.ceil(megabytes / 100);
}
