/** What the networks that a training starts from (`initialWeights`, `encoderWeights`) have learnt from before. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Settings } from '@deepflash/segmentation';
import { z } from 'zod';
import { jsonOf } from '../json.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import type { Folds } from './folds.js';
import { type DataItem, type DataRecord, dataRecordSchema } from './record.js';

/** The settings that say which networks a training starts from. */
export type Start = Pick<Settings, 'initialWeights' | 'encoderWeights'>;

/** What is said of a training whose held-out images its networks may know. */
export const EARLIER_HAS_SEEN =
  'The networks that this training starts from have learnt, or may have, from images that are held out now, so their Dice is likely too good: judge the networks by images that neither training has seen.';

/** The folds of the images of an earlier run, by their names; undefined where it is no run of so many folds. */
export async function earlierFolds(
  initialWeights: string | null,
  folds: number,
): Promise<ReadonlyMap<string, number> | undefined> {
  const earlier = initialWeights === null ? undefined : await readEarlier(initialWeights);
  if (earlier?.data.folds !== folds) return undefined;
  return new Map(earlier.data.items.map(({ name, fold }) => [name, fold]));
}

/**
 * Whether a network has, or may have, learnt before from an image that is held out from it now. An image is the same by its
 * name or its content.
 */
export async function earlierHasSeen(
  start: Start,
  { items, folds, models }: Folds & { readonly items: readonly DataItem[] },
): Promise<boolean> {
  if (folds === 1) return false;
  for (let network = 1; network <= models; network++) {
    const learnt = await learntBefore(start, network);
    if (learnt === undefined) return true;
    const heldOut = items.filter(({ fold }) => fold === network);
    if (heldOut.some((item) => marksOf(item).some((mark) => learnt.has(mark)))) return true;
  }
  return false;
}

/** The marks of images that a network's start has learnt from, also before that; undefined where it is not known. */
async function learntBefore(
  { initialWeights, encoderWeights }: Start,
  network: number,
): Promise<ReadonlySet<string> | undefined> {
  if (initialWeights === null) {
    // Weights of an encoder lie in no run as a rule, and are of other images.
    const one = networkOfRun(encoderWeights);
    return one === undefined ? new Set() : await learntBy(one.run, one.fold);
  }
  const one = networkOfRun(initialWeights);
  if (one !== undefined) return await learntBy(one.run, one.fold);
  const earlier = await readEarlier(initialWeights);
  const trained = Array.from({ length: earlier?.data.models ?? 0 }, (_, index) => index + 1).filter((fold) =>
    existsSync(foldFiles(initialWeights, fold).model),
  );
  const fold = trained[(network - 1) % trained.length];
  return fold === undefined ? undefined : await learntBy(initialWeights, fold);
}

/** As `learntBefore`, of the network of a fold at its end. */
async function learntBy(run: string, fold: number): Promise<ReadonlySet<string> | undefined> {
  const earlier = await readEarlier(run);
  if (earlier === undefined) return undefined;
  const { data, start } = earlier;
  const before = await learntBefore(start, fold);
  const items = data.items.filter((item) => data.folds === 1 || item.fold !== fold);
  return before && new Set([...before, ...items.flatMap(marksOf)]);
}

/** The run, and the fold of it, whose network a file is by where it lies. */
function networkOfRun(file: string): { readonly run: string; readonly fold: number } | undefined {
  const folder = dirname(file);
  const isOne = basename(dirname(folder)) === 'folds' && /^\d+$/.test(basename(folder));
  return isOne ? { run: dirname(dirname(folder)), fold: Number(basename(folder)) } : undefined;
}

function marksOf({ name, image }: DataItem): string[] {
  return [name, image.sha256];
}

interface EarlierTraining {
  readonly data: DataRecord;
  readonly start: Start;
}

/** What a folder says of its training; undefined where it is not the folder of a run. */
async function readEarlier(path: string): Promise<EarlierTraining | undefined> {
  const files = runFiles(path);
  const [config, record] = await Promise.all(
    [files.config, files.data].map(async (file) => jsonOf(await readFile(file, 'utf8').catch(() => ''))),
  );
  const settings = startSchema.safeParse(config);
  const data = dataRecordSchema.safeParse(record);
  if (!settings.success || !data.success) return undefined;
  return { data: data.data, start: settings.data };
}

const startSchema = z.object({
  initialWeights: z.string().nullable().default(null),
  encoderWeights: z.string().default('none'),
});
