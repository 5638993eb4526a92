import { expect, test } from 'vitest';
import { freeName, takenNames } from './free-name.ts';

const job = {
  ...{ id: '', created: '', started: null, ended: null, message: null, progress: null },
} as const;

test('the first number that no training has, nor one that waits or runs and has no folder yet', () => {
  const run = { submitted: false, dice: null, report: false, settings: null, state: 'finished' } as const;
  const taken = takenNames({
    runs: [{ ...run, name: 'training-1' }],
    jobs: [
      { ...job, kind: 'train', target: 'training-2', state: 'running' },
      { ...job, kind: 'submit-training', target: 'training-3', state: 'waiting' },
      // What was cancelled before it began has taken no name, and neither has a package.
      { ...job, kind: 'train', target: 'training-4', state: 'cancelled' },
      { ...job, kind: 'export', target: 'training-4', state: 'running' },
    ],
  });
  expect(freeName(taken)).toBe('training-4');
  expect(freeName(taken, 'first')).toBe('first-1');
});
