/** The work of a prediction, cut into shards that are each done by a task: a list of images, or a band of a large one. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { writeFileAtomic } from '@deepflash/imaging/node';
import type { TileRows } from '@deepflash/segmentation';
import { z } from 'zod';
import type { BandFiles } from '../prediction/band-file.js';
import { clusterFiles } from './layout.js';
import type { ImagePlan } from './plan-shards.js';

/** A band of an image: what some of its rows of tiles finish. */
export interface BandShard {
  readonly file: string;
  readonly band: TileRows;
  /** Which band of how many it is, for people; from 1. */
  readonly number: number;
  readonly of: number;
}

const bandSchema = z.object({
  file: z.string(),
  band: z.object({ first: z.int(), end: z.int() }),
  ...{ number: z.int(), of: z.int() },
});

/**
 * Writes the shards of a prediction, neighbours together, bands behind the lists. Shards that are there stay as they are,
 * so that what was done counts; images that came since make shards of their own.
 *
 * @param plan how the images that are in no shard yet are cut
 * @param earlier how many shards there are
 * @returns how many there are now
 */
export async function writeShards(out: string, plan: ImagePlan, earlier: number): Promise<number> {
  const files = clusterFiles(out);
  await mkdir(files.shards, { recursive: true });
  let shard = earlier;
  // A submission that was refused may have left a shard of the other kind under the same number.
  const write = async (path: string, text: string, otherKind: string): Promise<void> => {
    await rm(otherKind, { force: true });
    await writeFileAtomic(path, new TextEncoder().encode(text));
  };
  for (const list of plan.lists) {
    shard++;
    await write(files.shardList(shard), `${list.join('\n')}\n`, files.shardBand(shard));
  }
  for (const band of plan.bands) {
    shard++;
    await write(files.shardBand(shard), `${JSON.stringify(band)}\n`, files.shardList(shard));
  }
  return shard;
}

/** The work of one task: images by name, or a band of one. */
export type Shard = readonly string[] | BandShard;

/** All shards, from number 1. */
export function readShards(out: string, count: number): Shard[] {
  return Array.from({ length: count }, (_, index) => readShard(out, index + 1));
}

/** What a shard is; an empty list where its file is gone. */
export function readShard(out: string, shard: number): Shard {
  const { shardBand, shardList } = clusterFiles(out);
  const [band, list] = [shardBand(shard), shardList(shard)];
  if (existsSync(list)) {
    return readFileSync(list, 'utf8')
      .split('\n')
      .filter((name) => name !== '');
  }
  return existsSync(band) ? bandSchema.parse(JSON.parse(readFileSync(band, 'utf8'))) : [];
}

export function isBand(shard: Shard): shard is BandShard {
  return 'band' in shard;
}

/** The images that are in a shard already. */
export function listedImages(out: string, count: number): Set<string> {
  return new Set(readShards(out, count).flatMap((shard) => (isBand(shard) ? shard.file : shard)));
}

export function bandFiles(out: string, shard: number): BandFiles {
  const { bandValues, shardLog } = clusterFiles(out);
  return { values: bandValues(shard), account: shardLog(shard) };
}
