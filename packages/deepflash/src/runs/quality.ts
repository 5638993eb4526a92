/** `quality.json`: what a run knows of how good its predictions are, and of what its images look like. */

import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '@deepflash/imaging/node';
import {
  type ChannelTraits,
  calibrate,
  deviationInWords,
  type LabelledImage,
  likenessTo,
  traitGatherer,
  traitNames,
} from '@deepflash/segmentation';
import { z } from 'zod';
import { jsonOf } from '../json.js';
import { readEvents } from './events.js';
import { foldHistory } from './history.js';
import { runFiles } from './layout.js';
import type { Run } from './run.js';

const traits = z.object(
  Object.fromEntries(traitNames.map((name) => [name, z.number()])) as Record<
    (typeof traitNames)[number],
    z.ZodNumber
  >,
);

const qualitySchema = z.object({
  schemaVersion: z.literal(1),
  /** Of each held-out image: the Dice that the prediction estimated of itself, and the true one. */
  heldOut: z.array(z.object({ name: z.string(), estimate: z.number(), dice: z.number() })),
  /** Of each training image, channel by channel. */
  images: z.array(z.object({ name: z.string(), channels: z.array(traits) })),
});

/** What is to be expected of a prediction. */
export interface QualityEstimate {
  /** The Dice to be expected, and between what it lies in eight of ten cases. */
  readonly expectedDice: number;
  readonly expectedDiceLow: number;
  readonly expectedDiceHigh: number;
  /** Whether the image is unlike those of the training, and why, in words. */
  readonly unlike: boolean;
  readonly reasons: readonly string[];
}

/** Judges predictions by the Dice that they estimate of themselves and the traits of the images. */
export type QualityJudge = (estimate: number, image: readonly ChannelTraits[]) => QualityEstimate;

/** Writes `quality.json` of a run whose held-out images are predicted. */
export async function writeQuality(run: Run, images: readonly LabelledImage[]): Promise<void> {
  const events = readEvents(runFiles(run.path).events);
  const folds = new Set(run.data.items.map(({ fold }) => fold));
  const heldOut = [...folds].flatMap((fold) =>
    [...foldHistory(events, fold).validated.values()].flatMap(({ name, estimatedDice, dice }) =>
      estimatedDice === undefined ? [] : [{ name, estimate: estimatedDice, dice }],
    ),
  );
  const looks = images.map(({ name, planes }) => {
    const gatherer = traitGatherer();
    gatherer.add(planes);
    return { name, channels: gatherer.result() };
  });
  const quality: z.infer<typeof qualitySchema> = { schemaVersion: 1, heldOut, images: looks };
  await writeFileAtomic(runFiles(run.path).quality, new TextEncoder().encode(`${JSON.stringify(quality)}\n`));
}

/** The judge of a `quality.json`; without one it knows of no training image, and of no held-out one. */
export function qualityJudge(file: string | undefined): QualityJudge {
  const { heldOut, images } = readQuality(file);
  const expected = calibrate(heldOut);
  const likeness = likenessTo(images.map(({ channels }) => channels));
  return (estimate, image) => {
    const { distance, deviations } = likeness(image);
    const { dice, low, high } = expected(estimate, Math.max(1, distance));
    return {
      expectedDice: dice,
      expectedDiceLow: low,
      expectedDiceHigh: high,
      unlike: distance > 1,
      reasons: deviations.map((deviation) => deviationInWords(deviation, image.length)),
    };
  };
}

/** By how many held-out images a `quality.json` judges; without one, none. */
export function heldOutCount(file: string | undefined): number {
  return readQuality(file).heldOut.length;
}

function readQuality(file: string | undefined): Pick<z.infer<typeof qualitySchema>, 'heldOut' | 'images'> {
  if (file === undefined || !existsSync(file)) return { heldOut: [], images: [] };
  // A file that a newer or an older version wrote says nothing to this one.
  const parsed = qualitySchema.safeParse(jsonOf(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.data : { heldOut: [], images: [] };
}
