import { totalmem } from 'node:os';
import { Graph } from '@deepflash/engine';
import {
  buildNetwork,
  type NetworkShape,
  networkCost,
  networkShape,
  type PlannedSettings,
} from '@deepflash/segmentation';
import { type DataRecord, meaningOf } from '../data/record.js';
import { trainingMemoryMB } from '../networks/estimate.js';

export type MemorySettings = Pick<PlannedSettings, 'architecture' | 'encoder' | 'tileSize' | 'batchSize'> &
  Pick<NetworkShape, 'encoderDepth' | 'decoderChannels'> &
  Partial<Pick<PlannedSettings, 'separation'>>;

/** What of the data takes memory. */
type MemoryData = Pick<DataRecord, 'channels' | 'classValues' | 'items' | 'masks'>;

/** The part of the memory that a training may take; the rest is for the system and what the estimate misses. */
export const LARGEST_SHARE = 0.85;

/** About the memory that a training takes with its images, in MB: within a factor of 1.5 of what was measured. */
export function memoryOf(settings: MemorySettings, data: MemoryData): number {
  const { tileSize, batchSize, separation = 'none' } = settings;
  const { channels, classValues, items } = data;
  const graph = new Graph();
  const tile = graph.input('images', [1, channels, tileSize, tileSize]);
  buildNetwork(graph, tile, { ...networkShape(settings), classes: classValues.length, mode: 'evaluate' });
  const numbered = meaningOf(data).kind === 'instances';
  const bytes = ({ experts = [], probabilities }: MemoryData['items'][number]): number =>
    4 * channels +
    (1 + experts.length) +
    (probabilities === undefined ? 0 : 4 * classValues.length) +
    (numbered ? 4 : 0) +
    // Distance and boundary.
    (separation === 'none' ? 0 : 2 * 4);
  const images = items.reduce((sum, item) => sum + item.width * item.height * bytes(item), 0) / 1e6;
  return trainingMemoryMB(networkCost(graph), batchSize) + images;
}

/**
 * The memory of this machine, or of the part of it that this process may use, in MB. Slurm says what was asked for with
 * `--mem`, in MiB; 0 is all of the machine. Not every cluster holds a job to it by a cgroup, by which the system would know.
 */
export function machineMemory(env: NodeJS.ProcessEnv = process.env): number {
  const limits = [process.constrainedMemory(), Number(env.SLURM_MEM_PER_NODE) * 2 ** 20];
  return Math.min(totalmem(), ...limits.filter((limit) => limit > 0)) / 1e6;
}

/**
 * The nearest smaller settings whose training fits: first fewer tiles in a step, then smaller ones. Undefined where none
 * does.
 */
export function fittingSettings<S extends MemorySettings>(
  settings: S,
  data: MemoryData,
  memory: number,
  smallestTile: number,
): S | undefined {
  for (
    let tileSize = settings.tileSize;
    tileSize >= smallestTile;
    tileSize = Math.floor(tileSize / 64) * 32
  ) {
    for (let batchSize = settings.batchSize; batchSize >= 1; batchSize = Math.floor(batchSize / 2)) {
      const smaller = { ...settings, tileSize, batchSize };
      if (memoryOf(smaller, data) <= memory) return smaller;
    }
  }
  return undefined;
}
