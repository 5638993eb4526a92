/** Against segmentation_models.pytorch 0.3.3. */
import { readFileSync } from 'node:fs';
import { createEvaluator, differentiate, Graph, oneHot } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { expect, it } from 'vitest';
import { referenceLogits, referenceTarget } from '../testing/deterministic.js';
import { losses } from './losses.js';

interface Case {
  readonly loss: keyof typeof losses;
  readonly classes: number;
  readonly value: number;
  readonly gradient_every: number;
  readonly gradient: number[];
}

const file = new URL('../../fixtures/losses.json', import.meta.url);
const { cases }: { cases: Case[] } = JSON.parse(readFileSync(file, 'utf8'));

it.each(cases)('$loss of $classes classes', async ({ loss, classes, value, gradient, gradient_every }) => {
  const graph = new Graph();
  const logits = graph.input('logits', [2, classes, 12, 10]);
  const labels = graph.input('labels', [2, 12, 10], 'int32');
  const result = losses[loss](logits, oneHot(labels, classes));
  const [derivative] = differentiate(result, [logits]);
  if (!derivative) throw new Error('The loss does not depend on the logits.');
  const evaluator = await createEvaluator(await nodeRuntime({ threads: 1 }), graph, { result, derivative });
  const found = await evaluator.run({
    logits: referenceLogits([2, classes, 12, 10], 2000 + classes),
    labels: referenceTarget([2, 12, 10], classes, 2001 + classes),
  });
  expect(Math.abs(Number(found.result?.data[0]) - value)).toBeLessThan(1e-5);
  const samples = Array.from(found.derivative?.data ?? [], Number).filter(
    (_, index) => index % gradient_every === 0,
  );
  expect(samples.length).toBe(gradient.length);
  samples.forEach((sample, index) => {
    expect(Math.abs(sample - (gradient[index] ?? 0))).toBeLessThan(1e-4);
  });
});
