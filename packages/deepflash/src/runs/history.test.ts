import { expect, test } from 'vitest';
import type { RunEvent } from './events.js';
import { foldHistory } from './history.js';

const step = (step: number, loss: number): RunEvent => ({
  type: 'step',
  fold: 1,
  step,
  steps: 9,
  loss,
  gradientNorm: 1,
  learningRate: 0.001,
  seconds: 1,
});

test('steps that were repeated after a stop count once', () => {
  const started = (done: number): RunEvent => ({
    type: 'started',
    fold: 1,
    step: done,
    steps: 9,
    parameters: 5,
  });
  const events = [started(0), step(1, 3), step(2, 2), step(3, 9), started(2), step(3, 1)];
  expect(foldHistory(events, 1).steps.map(({ step, loss }) => [step, loss])).toEqual([
    [1, 3],
    [2, 2],
    [3, 1],
  ]);
});
