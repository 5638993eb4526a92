import { existsSync } from 'node:fs';
import { type RunEvent, readEvents } from '../runs/events.js';
import { runFiles } from '../runs/layout.js';
import type { Run } from '../runs/run.js';
import { summarise } from '../runs/validation-results.js';

/**
 * How much each network of a run counts, 1 together: all the same, or in proportion to its Dice on the images that it
 * did not see. Networks that were tested on nothing, or were right nowhere, count the same.
 *
 * @param trained the folds whose networks count
 */
export function modelWeights(run: Run, trained: readonly number[]): number[] {
  const folds = summarise(run).folds.filter(({ fold }) => trained.includes(fold));
  const scores = folds.map(({ dice }) => dice ?? 0);
  const total = scores.reduce((sum, score) => sum + score, 0);
  const byScore = run.settings.modelWeights === 'validation' && folds.every(({ dice }) => dice !== null);
  return byScore && total > 0 ? scores.map((score) => score / total) : scores.map(() => 1 / scores.length);
}

/** The weights that the networks of a finished run were given; undefined for a run that is none, or not finished. */
export function recordedModelWeights(run: string): readonly number[] | undefined {
  const { events } = runFiles(run);
  if (!existsSync(events)) return undefined;
  return weightsIn(readEvents(events));
}

/** As `recordedModelWeights`, from the events of a run. */
export function weightsIn(events: readonly RunEvent[]): readonly number[] | undefined {
  return events.findLast((event) => event.type === 'ensemble')?.weights;
}
