import type { ChannelStatistics } from '../sampling/statistics.js';
import { type Batch, batchSource } from './batch.js';
import type { LabelledImage, TrainingPlan } from './plan.js';
import type { TargetKind } from './targets.js';

/** All that decides the batches of a training; plain data, which other threads can be given. */
export interface TileRequest {
  readonly plan: TrainingPlan;
  readonly training: readonly LabelledImage[];
  readonly statistics: ChannelStatistics;
  readonly fold: number;
  readonly kind: TargetKind;
  /** The step that is asked for first, from 0. */
  readonly firstStep: number;
}

/** Hands out the batches of a training, which are those of `batchSource`, wherever they are made. */
export interface TileSource {
  /** The batch of a step. Steps are asked for one after the other; the arrays may change when the next one is. */
  next(step: number): Promise<Batch>;
  close(): Promise<void>;
}

export type OpenTiles = (request: TileRequest) => TileSource;

/** Makes each batch in this thread when it is asked for. */
export const tilesInThread: OpenTiles = ({ plan, training, statistics, fold, kind }) => {
  const batch = batchSource(plan, training, statistics, { fold, kind });
  return { next: async (step) => batch(step), close: async () => undefined };
};
