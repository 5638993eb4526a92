/** Whether what a shard found is still there, of the images as they are now. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stem } from '@deepflash/imaging';
import { readBand } from '../prediction/band-file.js';
import { isOf, readPredictionLog, type WrittenLog } from '../prediction/prediction-log.js';
import { hasResults } from '../prediction/result-files.js';
import { clusterFiles } from './layout.js';
import { bandFiles, isBand, readShard } from './shards.js';

/**
 * Tells of shards whether nothing of them is left to do: each image that is still there was predicted as it now is, and
 * has its files; or, of a band, waits to be put together with the others.
 */
export function doneShards(
  out: string,
  images: string,
  asked: { readonly probabilities: boolean },
): (shard: number) => boolean {
  let joined: WrittenLog | undefined;
  const isThere = (file: string, { entries }: WrittenLog): boolean => {
    const entry = entries.get(file);
    return entry !== undefined && isOf(entry, join(images, file)) && hasResults(out, stem(file), asked);
  };
  return (number) => {
    const shard = readShard(out, number);
    if (!isBand(shard)) {
      const log = readPredictionLog(clusterFiles(out).shardLog(number));
      return shard.every((file) => !existsSync(join(images, file)) || isThere(file, log));
    }
    const path = join(images, shard.file);
    if (!existsSync(path)) return true;
    joined ??= readPredictionLog(clusterFiles(out).joinedLog);
    if (isThere(shard.file, joined)) return true;
    const files = bandFiles(out, number);
    const { finished, parts } = readBand(files);
    return finished && existsSync(files.values) && parts.every((part) => isOf(part, path));
  };
}
