/** What the pages send, and its form in the description of the API. */
import { z } from 'zod';

export const newExpert = z.object({ name: z.string() });
export const groundTruthRequest = z.object({ method: z.enum(['staple', 'majority']).default('staple') });
export const newRun = z.object({
  name: z.string(),
  /** `ground-truth`, or the name of an expert. */
  masks: z.string(),
  /** Settings of the training that differ from the defaults. */
  settings: z.record(z.string(), z.unknown()).default({}),
});
export const newPrediction = z.object({
  name: z.string(),
  run: z.string(),
  /** How objects that touch are told apart. */
  separate: z.enum(['components', 'watershed']).default('components'),
  minimumSize: z.number().min(0).default(0),
});
export const correction = z.object({ prediction: z.string(), image: z.string(), expert: z.string() });
export const newExport = z.object({ run: z.string() });
