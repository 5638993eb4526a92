/** `separation.json`: how objects that touch are told apart best, by the held-out images of a run. */
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { chooseSeparation, type SeparationChoice, separationWays } from '@deepflash/segmentation';
import { z } from 'zod';
import { readEvents, separationScoreSchema } from './events.js';
import { foldHistory } from './history.js';
import { runFiles } from './layout.js';
import type { Run } from './run.js';

const separationSchema = z.object({
  schemaVersion: z.literal(1),
  way: z.enum(separationWays),
  depth: z.number().min(0).nullable(),
  prominence: z.number().min(0).max(1).nullable(),
  /** The best of each way on the images that the networks did not see. */
  scores: z.array(separationScoreSchema),
});

/** Writes `separation.json` of a run whose held-out images are predicted, where their objects are known. */
export async function writeSeparation(run: Run): Promise<SeparationChoice | undefined> {
  const events = readEvents(runFiles(run.path).events);
  const folds = new Set(run.data.items.map(({ fold }) => fold));
  const images = [...folds].flatMap((fold) =>
    [...foldHistory(events, fold).validated.values()].flatMap(({ separations }) =>
      separations === undefined ? [] : [separations],
    ),
  );
  const choice = chooseSeparation(images);
  if (choice === undefined) return undefined;
  const file: z.infer<typeof separationSchema> = { schemaVersion: 1, ...choice, scores: [...choice.scores] };
  await writeFileAtomic(
    runFiles(run.path).separation,
    new TextEncoder().encode(`${JSON.stringify(file, null, 2)}\n`),
  );
  return choice;
}

/** What a `separation.json` says; undefined where there is none, or another version wrote it. */
export function readSeparation(file: string | undefined): SeparationChoice | undefined {
  if (file === undefined || !existsSync(file)) return undefined;
  try {
    return separationSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
