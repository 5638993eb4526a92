/** `cluster/submission.json`: what was submitted of a folder, and under which numbers. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { combinations } from '@deepflash/segmentation';
import { z } from 'zod';
import { messageOf, UsageError } from '../errors.js';
import { clusterFiles } from './layout.js';

const predictionSchema = z.object({
  models: z.array(z.string()).readonly(),
  images: z.string(),
  out: z.string(),
  settings: z.object({
    testTimeAugmentation: z.boolean(),
    device: z.enum(['cpu', 'webgpu', 'cuda', 'auto']),
    threads: z.int().nullable(),
    // What is missing is as it was in the training, so no default may be filled in.
    selection: z.object({
      channels: z
        .array(z.union([z.number(), z.string()]))
        .readonly()
        .nullable()
        .exactOptional(),
      z: z
        .union([z.number(), z.enum(['max', 'mean'])])
        .nullable()
        .exactOptional(),
      time: z.number().nullable().exactOptional(),
    }),
  }),
  objects: z
    .object({
      separate: z.enum(['auto', 'components', 'watershed', 'learned']),
      prominence: z.number().nullable(),
      depth: z.number().nullable(),
      minimumSize: z.number(),
      fillHoles: z.boolean(),
      excludeBorder: z.boolean(),
    })
    .optional(),
  probabilities: z.boolean().optional(),
  turns: z.boolean().optional(),
  zooms: z.array(z.number()).readonly().optional(),
  combine: z.enum(combinations).optional(),
  largeFormat: z.enum(['ome-tiff', 'ome-zarr']).optional(),
  architecture: z.string().optional(),
  encoder: z.string().optional(),
});

/** What was asked of Slurm, so that what is missing can be submitted in the same way. */
const askedSchema = z.object({
  resources: z.object({
    partition: z.string().exactOptional(),
    account: z.string().exactOptional(),
    gpus: z.string().exactOptional(),
    cpus: z.int().exactOptional(),
    memory: z.number().exactOptional(),
    minutes: z.number().exactOptional(),
    arrayLimit: z.int().exactOptional(),
  }),
  /** Lines of shell that each task begins with. */
  setup: z.string(),
  /** Among how many tasks images are shared, and into how many bands each is cut, where that was said. */
  shards: z.int().optional(),
  bands: z.int().optional(),
});

const submissionSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.enum(['training', 'prediction']),
  /** When it was submitted last, in ISO 8601. */
  submitted: z.string(),
  /** Where relative paths begin. */
  workingFolder: z.string(),
  /** How many tasks there are: folds, or shards of the list of images. */
  tasks: z.int().min(1),
  /** The job of each task that was submitted, by the task's name: `12_3`, or `13`. */
  jobs: z.record(z.string(), z.string()),
  asked: askedSchema.optional(),
  /** What is predicted, and a text that differs when the networks do. */
  prediction: predictionSchema.extend({ networks: z.string() }).optional(),
});

export type Submission = z.infer<typeof submissionSchema>;
/** The name of what follows the tasks. */
export const FINISH = 'finish';

/** The names of the tasks that work at the same time: `fold-1`, or `shard-1`. */
export function taskNames({ kind, tasks }: Pick<Submission, 'kind' | 'tasks'>): string[] {
  return Array.from({ length: tasks }, (_, index) => taskName(kind, index + 1));
}

export function taskName(kind: Submission['kind'], number: number | string): string {
  return `${kind === 'training' ? 'fold' : 'shard'}-${number}`;
}

/** The number of a task by its name; undefined of none. */
export function taskNumber(name: string): number | undefined {
  const digits = /^(?:fold|shard)-(\d+)$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** What was submitted of a folder; undefined where nothing was. Throws a UsageError for a file that is none. */
export async function readSubmission(folder: string): Promise<Submission | undefined> {
  const file = clusterFiles(folder).submission;
  if (!existsSync(file)) return undefined;
  try {
    return submissionSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new UsageError(
      `${file} was not written by this version of deepflash (${messageOf(error).split('\n')[0]}): remove the folder cluster beside it and submit again.`,
    );
  }
}

export async function writeSubmission(folder: string, submission: Submission): Promise<void> {
  const files = clusterFiles(folder);
  await mkdir(files.folder, { recursive: true });
  const text = `${JSON.stringify(submission, null, 2)}\n`;
  await writeFileAtomic(files.submission, new TextEncoder().encode(text));
}
