import { expect, test } from 'vitest';
import type { RunEvent } from '../runs/events.js';
import type { ProgressState } from './progress.js';
import { trainingProgress } from './training-progress.js';

test('the time left counts the networks that follow', () => {
  const states: ProgressState[] = [];
  const show = trainingProgress(
    { update: (state) => states.push(state), say: () => undefined, end: () => undefined },
    3,
  );
  const step = (step: number): RunEvent => ({
    type: 'step',
    fold: 2,
    step,
    steps: 10,
    loss: 0.5,
    gradientNorm: 1,
    learningRate: 0.001,
    seconds: 2,
  });
  show({ type: 'metric', fold: 2, step: 3, dice: 0.75, best: true });
  for (let i = 1; i <= 4; i++) show(step(i));
  expect(states.at(-1)).toEqual({
    label: 'Network 2 of 3, training',
    done: 4,
    total: 10,
    secondsLeft: (6 + 10) * 2,
    details: ['0.50 steps/s', 'loss 0.500', 'Dice 0.750'],
  });
});
