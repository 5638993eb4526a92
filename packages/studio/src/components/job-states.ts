/** How a job is told of. */
import type { JobView } from 'deepflash';

export function isOver({ state }: Pick<JobView, 'state'>): boolean {
  return state !== 'running' && state !== 'waiting';
}

/** What a job that is not over says of itself. */
export function stageOf({ progress, state }: Pick<JobView, 'progress' | 'state'>): string {
  return progress ?? (state === 'waiting' ? 'Waits for its turn' : 'Starting');
}

/** Why a job ended before it was done; null where there is nothing to tell, as of one that a person stopped. */
export function endOf({ kind, state, message }: Pick<JobView, 'kind' | 'state' | 'message'>): string | null {
  if (state === 'failed') return message ?? 'It did not say why.';
  if (state !== 'interrupted') return null;
  return `It was cut off before its end. ${REMEDIES[kind] ?? 'Start it again.'}`;
}

/** What to do where what was done so far is kept. */
const REMEDIES: Readonly<Partial<Record<JobView['kind'], string>>> = {
  train: 'What was learned so far is kept: Go on, in the table of trainings, takes it up there.',
  predict: 'The images that are done are kept: predict again, and it goes on with the others.',
};
