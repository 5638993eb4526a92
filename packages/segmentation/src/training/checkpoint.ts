/** The state of a training that was interrupted, as one safetensors file. */
import { decodeSafetensors, encodeSafetensors, SafetensorsError, type Tensor } from '@deepflash/engine';
import { z } from 'zod';
import type { LossCourse } from './divergence.js';

export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** Seconds that they took. */
  readonly seconds: number;
  /** Weights, running statistics and the optimiser's state. */
  readonly state: ReadonlyMap<string, Tensor>;
  readonly best: BestWeights | null;
  /** What is known of the losses so far; null in a checkpoint of an earlier version. */
  readonly losses: LossCourse | null;
}

/** The weights that did best on the validation images so far. */
export interface BestWeights {
  readonly dice: number;
  readonly step: number;
  readonly weights: ReadonlyMap<string, Tensor>;
}

const progressSchema = z.object({
  step: z.int().min(0),
  seconds: z.number().min(0),
  best: z.object({ dice: z.number(), step: z.int() }).nullable(),
  losses: z.object({ seen: z.int(), beginning: z.number(), mean: z.number() }).nullable().default(null),
});

const prefix = 'best:';

export function encodeCheckpoint({ step, seconds, state, best, losses }: Checkpoint): Uint8Array {
  const kept = [...(best?.weights ?? [])].map(([name, tensor]) => [prefix + name, tensor] as const);
  const progress = { step, seconds, best: best && { dice: best.dice, step: best.step }, losses };
  return encodeSafetensors(new Map([...state, ...kept]), { progress: JSON.stringify(progress) });
}

/** Throws `SafetensorsError` for bytes that are no whole checkpoint. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const progress = progressSchema.safeParse(JSON.parse(metadata.progress ?? 'null'));
  if (!progress.success) throw new SafetensorsError(['it is no checkpoint of a training']);
  const { step, seconds, best, losses } = progress.data;
  const part = (kept: boolean): Map<string, Tensor> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix) === kept)
        .map(([name, tensor]) => [kept ? name.slice(prefix.length) : name, tensor]),
    );
  return { step, seconds, state: part(false), best: best && { ...best, weights: part(true) }, losses };
}
