import { expect, test } from 'vitest';
import { endOf } from './job-states.ts';

test('a job that did not end well says why, and one that a person stopped does not', () => {
  expect(endOf({ kind: 'train', state: 'failed', message: 'The disk is full.' })).toBe('The disk is full.');
  expect(endOf({ kind: 'train', state: 'interrupted', message: null })).toContain('Go on');
  expect(endOf({ kind: 'export', state: 'interrupted', message: null })).toContain('Start it again');
  expect(endOf({ kind: 'train', state: 'cancelled', message: null })).toBeNull();
  expect(endOf({ kind: 'train', state: 'done', message: null })).toBeNull();
});
