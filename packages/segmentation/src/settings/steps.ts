import type { PlannedSettings } from './planned.js';

/** The number of steps of a training on images with this many pixels together. */
export function trainingSteps(
  {
    epochs,
    steps,
    tileSize,
    scale,
    batchSize,
  }: Pick<PlannedSettings, 'epochs' | 'steps' | 'tileSize' | 'scale' | 'batchSize'>,
  pixels: number,
): number {
  if (epochs === null) return steps;
  return Math.max(1, Math.round((epochs * pixels) / ((tileSize * scale) ** 2 * batchSize)));
}
