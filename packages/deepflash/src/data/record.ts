/** `data.json` of a run: exactly which files it learns from, and how they are read. */
import { selectionSchema } from '@deepflash/segmentation';
import { z } from 'zod';
import { type MaskMeaning, maskMeaningSchema } from '../masks/meaning.js';

const file = z.object({
  /** Name within the folder of images or masks. */
  name: z.string(),
  bytes: z.int().min(0),
  sha256: z.string(),
});

const item = z.object({
  /** The name under which results are written: the image's file name without its ending. */
  name: z.string(),
  image: file,
  mask: file,
  /** With the setting soft: the probability maps of its consensus, one for two classes, else one for each class. */
  probabilities: z.array(file).optional(),
  /** With the setting experts: their masks of this image, names within the folder of experts. */
  experts: z
    .array(
      file.extend({
        /** The value of each class, where it is another than in the folder of masks. */
        values: z.array(z.number()).optional(),
      }),
    )
    .optional(),
  width: z.int().min(1),
  height: z.int().min(1),
  /** The fold in which the image is held out, from 1. */
  fold: z.int().min(1),
  /** Images of one group are in the same fold; absent where no groups were given. */
  group: z.string().optional(),
});

export const dataRecordSchema = z.object({
  schemaVersion: z.literal(1),
  imageFolder: z.string(),
  maskFolder: z.string(),
  /** Of probability maps and of experts' masks, where the training learns from them. */
  probabilityFolder: z.string().optional(),
  expertFolder: z.string().optional(),
  /** Which parts of the image files are used. */
  selection: selectionSchema.prefault({}),
  channels: z.int().min(1),
  /** The mask value of each class. */
  classValues: z.array(z.number()).min(2),
  /** What the pixels of the masks mean; absent in older runs, whose masks hold the class values. */
  masks: maskMeaningSchema.optional(),
  folds: z.int().min(1),
  models: z.int().min(1),
  /** Of all pixels of all images. */
  statistics: z.object({
    means: z.array(z.number()),
    stds: z.array(z.number()),
    minima: z.array(z.number()),
    maxima: z.array(z.number()),
  }),
  items: z.array(item).min(1),
  /** Whether the training that this one goes on from has, or may have, learnt from images that are held out here. */
  seenBefore: z.boolean().optional(),
  /** The objects that the masks mark, touching ones as one: how many, and their median size in pixels. */
  objects: z.object({ count: z.int().min(0), size: z.number().min(0) }).optional(),
  /** Files that have no partner in the other folder, and why. */
  unmatched: z.array(z.object({ file: z.string(), reason: z.string() })).default([]),
  /** What was said of the data and the settings before the training began; absent in older runs. */
  notes: z.array(z.string()).optional(),
  software: z.record(z.string(), z.string()),
});

export type DataRecord = z.infer<typeof dataRecordSchema>;
export type DataItem = DataRecord['items'][number];

/** What the masks of a run mean. */
export function meaningOf({ masks, classValues }: Pick<DataRecord, 'masks' | 'classValues'>): MaskMeaning {
  return masks ?? { kind: 'classes', values: classValues, ignored: [] };
}
