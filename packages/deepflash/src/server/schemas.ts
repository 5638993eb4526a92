/** What the pages send, and its form in the description of the API. */
import { z } from 'zod';

/** Settings of a training that differ from the defaults. */
const settings = z.record(z.string(), z.unknown()).default({});
/** `ground-truth`, or the name of an expert. */
const masks = z.string();

export const newExpert = z.object({ name: z.string() });
export const newClasses = z.object({ classes: z.array(z.string()).min(2).max(255) });
export const objectsRequest = z.object({ objects: z.enum(['regions', 'numbered']) });
export const tourRequest = z.object({ step: z.int().min(0).max(100) });
export const groundTruthRequest = z.object({
  method: z.enum(['staple', 'majority']).default('staple'),
  /** `compare`: the ground truth stays as it is. */
  purpose: z.enum(['use', 'compare']).default('use'),
});
export const newRun = z.object({ name: z.string(), masks, settings });
/** The name of the new training. */
export const retraining = z.object({ as: z.string() });
export const learningRateRequest = z.object({
  ...{ masks, settings },
  points: z.int().min(20).max(1000).default(60),
});
export const augmentationRequest = z.object({ masks, settings });
export const newPrediction = z.object({
  name: z.string(),
  run: z.string(),
  /** How objects that touch are told apart; `auto`: as the networks learnt it, else not at all. */
  separate: z.enum(['auto', 'components', 'watershed', 'learned']).default('auto'),
  minimumSize: z.number().min(0).default(0),
});
export const correction = z.object({ prediction: z.string(), image: z.string(), expert: z.string() });
export const acceptance = z.object({ image: z.string(), state: z.enum(['accepted', 'open']) });
export const newExport = z.object({ run: z.string() });

/** What is asked of a cluster for each task, in the words of `deepflash submit`; empty: by an estimate. */
export const clusterResources = z.object({
  ...{ partition: z.string().default(''), account: z.string().default(''), gpus: z.string().default('') },
  ...{ cpus: z.string().default(''), memory: z.string().default(''), time: z.string().default('') },
  arrayLimit: z.string().default(''),
  /** Lines of shell that each task begins with. */
  setup: z.string().default(''),
});
export type ClusterResources = z.infer<typeof clusterResources>;
export const clusterRun = newRun.extend({ resources: clusterResources.prefault({}) });
/** What each task is to get this time, where it was too little; empty: as before. */
export const resubmission = clusterResources.pick({ memory: true, time: true });
export const clusterPrediction = newPrediction.extend({
  /** Tasks that the images are shared among; null: by their number. */
  shards: z.int().min(1).nullable().default(null),
  resources: clusterResources.prefault({}),
});
