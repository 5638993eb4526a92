/** What the networks that a training goes on from (`initialWeights`) have learnt from before. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { jsonOf } from '../json.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import type { Folds } from './folds.js';
import { type DataItem, type DataRecord, dataRecordSchema } from './record.js';

/** What is said of a training whose held-out images its networks may know. */
export const EARLIER_HAS_SEEN =
  'The training of initialWeights has learnt, or may have, from images that are held out now, so their Dice is likely too good: judge the networks by images that neither training has seen.';

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
  initialWeights: string | null,
  { items, folds, models }: Folds & { readonly items: readonly DataItem[] },
): Promise<boolean> {
  if (initialWeights === null || folds === 1) return false;
  for (let network = 1; network <= models; network++) {
    const learnt = await learntBy(initialWeights, network);
    if (learnt === undefined) return true;
    const heldOut = items.filter(({ fold }) => fold === network);
    if (heldOut.some((item) => marksOf(item).some((mark) => learnt.has(mark)))) return true;
  }
  return false;
}

/** What the network that this one starts from has learnt from, also before that; undefined where it is not known. */
async function learntBy(path: string, network: number): Promise<ReadonlySet<string> | undefined> {
  const earlier = await readEarlier(path);
  if (earlier === undefined) return undefined;
  const { data, initialWeights } = earlier;
  const trained = Array.from({ length: data.models }, (_, index) => index + 1).filter((fold) =>
    existsSync(foldFiles(path, fold).model),
  );
  const start = trained[(network - 1) % trained.length];
  if (start === undefined) return undefined;
  const before = initialWeights === null ? new Set<string>() : await learntBy(initialWeights, start);
  const items = data.items.filter(({ fold }) => data.folds === 1 || fold !== start);
  return before && new Set([...before, ...items.flatMap(marksOf)]);
}

function marksOf({ name, image }: DataItem): string[] {
  return [name, image.sha256];
}

interface EarlierTraining {
  readonly data: DataRecord;
  readonly initialWeights: string | null;
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
  return { data: data.data, initialWeights: settings.data.initialWeights };
}

const startSchema = z.object({ initialWeights: z.string().nullable().default(null) });
