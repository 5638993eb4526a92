import { expect, test } from 'vitest';
import { trainingCurves } from './curves.js';

const nothing = {
  ...{ fold: 1, steps: [], metrics: [], pictures: [] },
  ...{ finished: undefined, validated: new Map() },
};

test('loss and Dice are drawn within the picture, and no number is missing', () => {
  const steps = Array.from({ length: 1000 }, (_, i) => ({
    type: 'step' as const,
    fold: 1,
    step: i + 1,
    steps: 1000,
    loss: 2 / (i + 1),
    gradientNorm: 1,
    learningRate: 0.001,
    seconds: 1,
  }));
  const metrics = [{ type: 'metric' as const, fold: 1, step: 1000, dice: 1, best: true }];
  const { html } = trainingCurves({ ...nothing, steps, metrics });
  expect(html).toMatch(/class="loss" d="M44\.\d/);
  expect(html).toMatch(/<circle cx="516\.0" cy="14\.0"/);
  expect(html).not.toMatch(/NaN|undefined/);
});

test('a training of which nothing is known yet is an empty picture', () => {
  const { html } = trainingCurves(nothing);
  expect(html).not.toMatch(/NaN|Infinity/);
});
