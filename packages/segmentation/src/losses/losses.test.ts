/** Against PyTorch and segmentation_models.pytorch 0.3.3. */
import { readFileSync } from 'node:fs';
import {
  createEvaluator,
  differentiate,
  float32,
  Graph,
  int32,
  oneHot,
  reduceSum,
  type Tensor,
} from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { describe, expect, it } from 'vitest';
import { deterministic, referenceLogits, referenceTarget } from '../testing/deterministic.js';
import type { Loss, LossOptions } from './loss.js';
import { losses } from './losses.js';
import type { LossName } from './names.js';

interface Expected {
  readonly value: number;
  readonly gradient: readonly number[];
}

interface Case extends Expected {
  readonly loss: string;
  readonly classes: number;
  readonly gradient_every: number;
}

interface WeightedCase extends Expected {
  readonly loss: LossName;
  readonly variant: string;
  readonly parameters: LossOptions;
}

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'));
}

const known: Record<string, [LossName, LossOptions]> = {
  'SoftCrossEntropyLoss(smooth_factor=0.1)': ['SoftCrossEntropyLoss', { labelSmoothing: 0.1 }],
  'FocalLoss(alpha=0.5,gamma=2)': ['FocalLoss', {}],
  'TverskyLoss(alpha=0.5,beta=0.5)': ['TverskyLoss', {}],
  'TverskyLoss(alpha=0.3,beta=0.7)': ['TverskyLoss', { tverskyAlpha: 0.3, tverskyBeta: 0.7 }],
  'Poly1CrossEntropyLoss(epsilon=1)': ['Poly1CrossEntropyLoss', {}],
};

function lossOf(text: string): [LossName, LossOptions] {
  const [name, options] = known[text] ?? [Object.keys(losses).find((one) => one === text) as LossName, {}];
  return [name, options];
}

interface Question {
  readonly loss: Loss;
  readonly options: LossOptions;
  readonly classes: number;
  readonly labels: Tensor<'int32'>;
  readonly shares?: Tensor<'float32'>;
  readonly ignored: boolean;
}

/** Value and gradient of a loss of the reference logits. */
async function answer({ loss, options, classes, labels, shares, ignored }: Question): Promise<Expected> {
  const graph = new Graph();
  const logits = graph.input('logits', [2, classes, 12, 10]);
  const hot = oneHot(graph.input('labels', [2, 12, 10], 'int32'), classes);
  const truth = shares ? graph.constant(shares) : hot;
  const result = loss(logits, truth, {
    ...options,
    ...(ignored ? { pixelWeights: reduceSum(hot, [1]) } : {}),
  });
  const [derivative] = differentiate(result, [logits]);
  if (!derivative) throw new Error('The loss does not depend on the logits.');
  const evaluator = await createEvaluator(await nodeRuntime({ threads: 1 }), graph, { result, derivative });
  const found = await evaluator.run({
    logits: referenceLogits([2, classes, 12, 10], 2000 + classes),
    labels,
  });
  await evaluator.dispose();
  return {
    value: Number(found.result?.data[0]),
    gradient: Array.from(found.derivative?.data ?? [], Number),
  };
}

function expectSame(found: Expected, expected: Expected, every: number): void {
  expect(Math.abs(found.value - expected.value)).toBeLessThan(1e-5);
  const samples = found.gradient.filter((_, index) => index % every === 0);
  expect(samples.length).toBe(expected.gradient.length);
  const worst = Math.max(...samples.map((sample, i) => Math.abs(sample - (expected.gradient[i] ?? NaN))));
  expect(worst).toBeLessThan(1e-6);
}

it.each(fixture<{ cases: Case[] }>('losses').cases)('$loss of $classes classes', async (expected) => {
  const { classes, gradient_every } = expected;
  const [name, options] = lossOf(expected.loss);
  const labels = referenceTarget([2, 12, 10], classes, 2001 + classes);
  const found = await answer({ loss: losses[name], options, classes, labels, ignored: false });
  expectSame(found, expected, gradient_every);
});

describe('what counts', () => {
  const weighted = fixture<{
    classes: number;
    classWeights: number[];
    gradient_every: number;
    cases: WeightedCase[];
  }>('weighted-losses');
  const { classes, classWeights, gradient_every } = weighted;
  const all = referenceTarget([2, 12, 10], classes, 2001 + classes);
  const some = int32(
    all.shape,
    Array.from(all.data, (label, i) => (deterministic(i, 3000) < 0.2 ? 255 : Number(label))),
  );

  it.each(weighted.cases)('$loss with $variant', async (expected) => {
    const { loss, variant, parameters } = expected;
    const ignored = variant.includes('ignored');
    const found = await answer({
      loss: losses[loss],
      options: { ...parameters, ...(variant.includes('weights') ? { classWeights } : {}) },
      classes,
      labels: ignored ? some : all,
      ...(variant.includes('shares') ? { shares: consensus(classes) } : {}),
      ignored,
    });
    expectSame(found, expected, gradient_every);
  });

  it.each(Object.entries(losses))('%s is 0 where no pixel counts', async (_, loss) => {
    const labels = int32(all.shape, new Int32Array(all.data.length).fill(255));
    const { value, gradient } = await answer({ loss, options: {}, classes, labels, ignored: true });
    expect(Math.abs(value)).toBe(0);
    expect(gradient.every((one) => Math.abs(one) === 0)).toBe(true);
  });

  it.each(Object.entries(losses))('%s does not mind what is predicted in ignored pixels', async (_, loss) => {
    const { gradient } = await answer({ loss, options: {}, classes, labels: some, ignored: true });
    const plane = 120;
    some.data.forEach((label, i) => {
      if (label !== 255) return;
      const at = Math.floor(i / plane) * classes * plane + (i % plane);
      for (let c = 0; c < classes; c++) expect(Math.abs(gradient[at + c * plane] ?? NaN)).toBe(0);
    });
  });

  it.each(Object.entries(losses))('%s with equal class weights is as without', async (_, loss) => {
    const question = { loss, classes, labels: all, ignored: false };
    const without = await answer({ ...question, options: {} });
    const equal = await answer({ ...question, options: { classWeights: [3, 3, 3] } });
    expectSame(equal, without, 1);
  });
});

/** Shares that differ in every pixel and add up to 1. */
function consensus(classes: number): Tensor<'float32'> {
  const raw = Array.from({ length: 2 * classes * 120 }, (_, i) => deterministic(i, 3001) ** 2);
  const base = (i: number): number => Math.floor(i / (classes * 120)) * classes * 120 + (i % 120);
  const total = (i: number): number =>
    Array.from({ length: classes }, (_, c) => raw[base(i) + c * 120] ?? 0).reduce(
      (sum, next) => sum + next,
      0,
    );
  return float32(
    [2, classes, 12, 10],
    Float32Array.from(raw, (share, i) => share / total(i)),
  );
}
