import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeCsv } from '../csv.js';
import type { Project } from '../project/project.js';
import type { JobView } from './jobs.js';

export interface LearningRateView {
  /** Learning rate, and loss smoothed over its neighbours. */
  readonly points: readonly (readonly [number, number])[];
  /** Null where the loss exploded too soon to tell. */
  readonly suggestion: number | null;
}

/** The learning rates that were tried last; no points where none were. */
export function learningRateView({ files }: Project, jobs: readonly JobView[]): LearningRateView {
  const table = join(files.learningRates, 'lr-find.csv');
  const job = jobs.findLast(({ kind, state }) => kind === 'learning-rate' && state === 'done');
  if (!existsSync(table) || job === undefined) return { points: [], suggestion: null };
  const [head = [], ...rows] = decodeCsv(readFileSync(table, 'utf8'));
  const at = (name: string) => head.indexOf(name);
  const points = rows.map(
    (row) => [Number(row[at('learningRate')]), Number(row[at('smoothedLoss')])] as const,
  );
  return { points, suggestion: suggestionOf(files.jobAnswer(job.id)) };
}

function suggestionOf(answer: string): number | null {
  const { suggestions } = JSON.parse(readFileSync(answer, 'utf8')) as {
    suggestions: { readonly valley: number } | null;
  };
  return suggestions === null ? null : Number(suggestions.valley.toPrecision(2));
}
