import type { ProjectView } from 'deepflash';

/** The first of `training-1`, `training-2` … that is free. */
export function freeName(taken: readonly string[], start = 'training'): string {
  for (let number = 1; ; number++) if (!taken.includes(`${start}-${number}`)) return `${start}-${number}`;
}

/** Names of trainings that are there, and of those that wait for their turn and have no folder yet. */
export function takenNames({ runs, jobs }: Pick<ProjectView, 'runs' | 'jobs'>): readonly string[] {
  const begun = jobs.filter(
    ({ kind, state }) =>
      (kind === 'train' || kind === 'submit-training') && (state === 'waiting' || state === 'running'),
  );
  return [...runs.map(({ name }) => name), ...begun.map(({ target }) => target)];
}
