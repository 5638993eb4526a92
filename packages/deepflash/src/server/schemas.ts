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
  /** How objects that touch are told apart. */
  separate: z.enum(['components', 'watershed']).default('components'),
  minimumSize: z.number().min(0).default(0),
});
export const correction = z.object({ prediction: z.string(), image: z.string(), expert: z.string() });
export const acceptance = z.object({ image: z.string(), state: z.enum(['accepted', 'open']) });
export const newExport = z.object({ run: z.string() });
