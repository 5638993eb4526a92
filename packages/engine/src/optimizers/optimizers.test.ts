/** Against PyTorch, or the papers' formulas in NumPy: 20 steps on a small problem (`fixtures/optimizers.py`). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { nodeRuntime } from '../node.js';
import { mul, sub } from '../ops/arithmetic.js';
import { reduceSum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { concat } from '../ops/slice.js';
import { square } from '../ops/unary.js';
import { float32 } from '../tensor.js';
import { createTrainingSession, type TrainingSession } from '../training/training-session.js';
import { adam, adamW } from './adam.js';
import { lamb } from './lamb.js';
import { larc } from './larc.js';
import type { Optimizer } from './optimizer.js';
import { qhAdam } from './qh-adam.js';
import { rAdam } from './radam.js';
import { ranger } from './ranger.js';
import { rmsProp } from './rms-prop.js';
import { sgd } from './sgd.js';
import { networkWeights } from './weight-average.js';

interface Reference {
  readonly start: number[];
  readonly curvature: number[];
  readonly target: number[];
  readonly cases: Record<string, number[][]>;
}

const file = new URL('../../fixtures/optimizers.json', import.meta.url);
const reference: Reference = JSON.parse(readFileSync(file, 'utf8'));
const hyperparameters = { learningRate: 0.05, momentum: 0.9 };

/** The problem of the script: a weight matrix and a bias in a valley. */
async function problem(
  optimizer: Optimizer,
  options: { readonly clipNorm?: number; readonly averageDecay?: number } = {},
): Promise<TrainingSession> {
  const graph = new Graph();
  const { start, curvature, target } = reference;
  const weight = graph.parameter('w', [2, 3], () => Float32Array.from(start.slice(0, 6)));
  const bias = graph.parameter('b', [2], () => Float32Array.from(start.slice(6)));
  const all = concat([reshape(weight, [6]), bias], 0);
  const distance = sub(all, graph.constant(float32([8], target)));
  const loss = reduceSum(mul(square(distance), graph.constant(float32([8], curvature))));
  const runtime = await nodeRuntime({ threads: 1 });
  return createTrainingSession(runtime, graph, { loss, optimizer, seed: 0, ...options });
}

function numbers(session: TrainingSession): number[] {
  const state = session.state();
  return ['w', 'b'].flatMap((name) => Array.from(state.get(name)?.data ?? [], Number));
}

it.each([
  ['sgd', sgd(), {}],
  ['sgd nesterov decay', sgd({ lookAhead: 'nesterov', weightDecay: 0.1 }), {}],
  ['adam', adam(), {}],
  ['adam decay', adam({ weightDecay: 0.1 }), {}],
  ['adamw', adamW({ weightDecay: 0.1 }), {}],
  ['radam', rAdam(), {}],
  ['radam decay', rAdam({ weightDecay: 0.1 }), {}],
  ['rmsprop', rmsProp(), {}],
  ['rmsprop momentum decay', rmsProp({ momentum: 'scheduled', weightDecay: 0.1 }), {}],
  ['lamb', lamb(), {}],
  ['lamb decay', lamb({ weightDecay: 0.1 }), {}],
  ['larc', larc(), {}],
  ['larc decay', larc({ weightDecay: 0.1 }), {}],
  ['qhadam', qhAdam(), {}],
  ['qhadam decay nu2', qhAdam({ weightDecay: 0.1, nu1: 0.6, nu2: 0.8 }), {}],
  ['ranger', ranger(), {}],
  ['ranger decay', ranger({ weightDecay: 0.1 }), {}],
  ['adam clipped', adam(), { clipNorm: 1 }],
  ['sgd clipped', sgd(), { clipNorm: 1 }],
] as const)('%s', async (name, optimizer, options) => {
  const session = await problem(optimizer, options);
  const path = reference.cases[name] ?? [];
  expect(path.length).toBe(20);
  for (const [expectedLoss = Number.NaN, ...expected] of path) {
    const result = await session.step({}, hyperparameters);
    expect(result.loss).toBeCloseTo(expectedLoss, 4);
    const worst = Math.max(
      ...numbers(session).map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))),
    );
    expect(worst).toBeLessThan(1e-5);
  }
  await session.dispose();
});

it('averages weights over about the last tenth of the steps, or by the decay', async () => {
  const session = await problem(adam(), { averageDecay: 0.6 });
  let mean = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let step = 1; step <= 20; step++) {
    await session.step({}, hyperparameters);
    const decay = Math.min((step - 1) / (step + 9), 0.6);
    const now = numbers(session);
    mean = mean.map((value, i) => decay * value + (1 - decay) * (now[i] ?? Number.NaN));
  }
  const averaged = networkWeights(session.state());
  expect([...averaged.keys()]).toEqual(['w', 'b']);
  const found = ['w', 'b'].flatMap((name) => Array.from(averaged.get(name)?.data ?? [], Number));
  found.forEach((value, i) => {
    expect(Math.abs(value - (mean[i] ?? Number.NaN))).toBeLessThan(1e-6);
  });
  await session.dispose();
});

it('takes the weights themselves before the first step, and where no averages are kept', async () => {
  const averaging = await problem(adam(), { averageDecay: 0.9 });
  const plain = await problem(adam());
  for (const session of [averaging, plain]) {
    expect(networkWeights(session.state()).get('w')).toBe(session.state().get('w'));
    await session.step({}, hyperparameters);
  }
  expect(networkWeights(plain.state()).get('w')).toBe(plain.state().get('w'));
  expect(networkWeights(averaging.state()).get('w')?.data).toEqual(averaging.state().get('w')?.data);
});
