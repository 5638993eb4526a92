/**
 * What a training of a network will take, from its cost and the speed of the machine.
 *
 * Time: forward and backward pass are three times the arithmetic of a prediction, at a part of the speed of one large
 * convolution, and what is computed on the way is read and written several times. Memory: each parameter with its
 * gradient and the two moments of Adam, and most of what is computed on the way. The factors were set by four networks,
 * U-Nets on ResNet-18, ResNet-34 and MobileNetV2 and an FPN on EfficientNet-b0, measured on one machine with 2 cores;
 * expect the truth within a factor of two.
 */
import type { NetworkCost } from '@deepflash/segmentation';
import { REFERENCE } from './catalogue.js';

export interface Estimate {
  readonly secondsPerStep: number;
  readonly memoryMB: number;
}

/** The part of a large convolution's speed at which a training step does its arithmetic. */
const EFFICIENCY = 0.85;
/** How often a training step reads or writes what is computed on the way, and how many GB it does in a second. */
const PASSES = 6;
const GIGABYTES_PER_SECOND = 10;
/** The program itself, and what a step needs for a moment. */
const PROGRAM_MB = 250;
const KEPT = 1.3;

/** @param gigaflops of the device in a large convolution, as `deepflash doctor` measures it */
export function estimateTraining(cost: NetworkCost, gigaflops: number): Estimate {
  const { batchSize } = REFERENCE;
  const arithmetic = (2 * 3 * batchSize * cost.multiplyAdds) / (gigaflops * 1e9 * EFFICIENCY);
  const traffic = (PASSES * batchSize * cost.activationBytes) / (GIGABYTES_PER_SECOND * 1e9);
  return { secondsPerStep: arithmetic + traffic, memoryMB: trainingMemoryMB(cost, batchSize) };
}

/** The memory of a training with so many tiles in a step, without the images. @param cost for one tile */
export function trainingMemoryMB(cost: NetworkCost, batchSize: number): number {
  const state = 4 * 4 * cost.parameters;
  return PROGRAM_MB + (state + KEPT * batchSize * cost.activationBytes) / 1e6;
}

export type Verdict = 'good' | 'slow' | 'too large';

/** Above so many minutes for one network of the default number of steps, a training counts as slow. */
const PATIENCE_MINUTES = 30;
/** The part of the memory that a training may take. */
const MEMORY_SHARE = 0.7;

/** Whether a network is reasonable to train on a machine with so much memory. */
export function verdictOf({ secondsPerStep, memoryMB }: Estimate, totalMemoryMB: number): Verdict {
  if (memoryMB > MEMORY_SHARE * totalMemoryMB) return 'too large';
  return secondsPerStep * REFERENCE.steps > 60 * PATIENCE_MINUTES ? 'slow' : 'good';
}
