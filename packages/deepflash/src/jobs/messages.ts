/** What the command's process and a job's process say to each other. */
import type { Failure } from '../errors.js';
import type { RunEvent } from '../runs/events.js';
import type { TrainingPart } from './train-run.js';

/** To the job. */
export type JobRequest =
  | { readonly kind: 'train'; readonly run: string; readonly part?: TrainingPart | undefined }
  /** Finish the step in progress, write a checkpoint and end. */
  | { readonly kind: 'stop' };

/** From the job. */
export type JobReport =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'ended'; readonly outcome: 'finished' | 'stopped' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly stack: string };
