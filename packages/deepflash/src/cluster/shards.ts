/** The list of images, cut into shards that are each predicted by a task. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { clusterFiles } from './layout.js';

/** More tasks in an array are more than many a cluster allows; fewer images in one are not worth its start. */
const MOST_SHARDS = 1000;
const FEWEST_IMAGES = 50;

/** How many shards are made of so many images. */
export function shardCount(images: number, asked?: number): number {
  return Math.min(images, asked ?? Math.min(MOST_SHARDS, Math.ceil(images / FEWEST_IMAGES)));
}

/**
 * Writes the lists of a prediction's shards, neighbours together. Lists that are there stay as they are, so that what was
 * done counts; images that came since make shards of their own.
 *
 * @param earlier how many shards there are
 * @returns how many there are now
 */
export async function writeShards(
  out: string,
  files: readonly string[],
  asked: number | undefined,
  earlier: number,
): Promise<number> {
  const listed = new Set<string>();
  for (let shard = 1; shard <= earlier; shard++) for (const file of readShard(out, shard)) listed.add(file);
  const open = files.filter((file) => !listed.has(file));
  if (open.length === 0) return earlier;
  const count = shardCount(open.length, asked);
  await mkdir(clusterFiles(out).shards, { recursive: true });
  for (let shard = 0; shard < count; shard++) {
    const [from, to] = [shard, shard + 1].map((edge) => Math.floor((edge * open.length) / count));
    const text = `${open.slice(from, to).join('\n')}\n`;
    await writeFileAtomic(clusterFiles(out).shardList(earlier + shard + 1), new TextEncoder().encode(text));
  }
  return earlier + count;
}

/** The names of the images of a shard. */
export function readShard(out: string, shard: number): string[] {
  const file = clusterFiles(out).shardList(shard);
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((name) => name !== '')
    : [];
}
