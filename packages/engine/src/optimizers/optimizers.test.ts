/** Against PyTorch: 20 steps on a small problem (`fixtures/optimizers.py`). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { nodeRuntime } from '../node.js';
import { mul, sub } from '../ops/arithmetic.js';
import { reduceSum } from '../ops/reduce.js';
import { square } from '../ops/unary.js';
import { float32 } from '../tensor.js';
import { createTrainingSession } from '../training/training-session.js';
import { adam, adamW } from './adam.js';
import { sgd } from './sgd.js';

interface Reference {
  readonly start: number[];
  readonly curvature: number[];
  readonly target: number[];
  readonly cases: Record<string, number[][]>;
}

const file = new URL('../../fixtures/optimizers.json', import.meta.url);
const reference: Reference = JSON.parse(readFileSync(file, 'utf8'));

it.each([
  ['sgd', sgd(), undefined],
  ['sgd nesterov decay', sgd({ nesterov: true, weightDecay: 0.1 }), undefined],
  ['adam', adam(), undefined],
  ['adam decay', adam({ weightDecay: 0.1 }), undefined],
  ['adamw', adamW({ weightDecay: 0.1 }), undefined],
  ['adam clipped', adam(), 1],
  ['sgd clipped', sgd(), 1],
] as const)('%s', async (name, optimizer, clipNorm) => {
  const graph = new Graph();
  const shape = [reference.start.length];
  const weight = graph.parameter('w', shape, () => Float32Array.from(reference.start));
  const distance = sub(weight, graph.constant(float32(shape, reference.target)));
  const loss = reduceSum(mul(square(distance), graph.constant(float32(shape, reference.curvature))));
  const session = await createTrainingSession(await nodeRuntime({ threads: 1 }), graph, {
    loss,
    optimizer,
    seed: 0,
    ...(clipNorm === undefined ? {} : { clipNorm }),
  });
  for (const [expectedLoss = Number.NaN, ...expected] of reference.cases[name] ?? []) {
    const result = await session.step({}, { learningRate: 0.05, momentum: 0.9 });
    expect(result.loss).toBeCloseTo(expectedLoss, 4);
    Array.from(session.state().get('w')?.data ?? [], Number).forEach((value, index) => {
      expect(Math.abs(value - (expected[index] ?? Number.NaN))).toBeLessThan(1e-5);
    });
  }
  await session.dispose();
});
