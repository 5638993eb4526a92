/** The operators that losses need: their values, and their gradients against central differences. */
import { expect, it } from 'vitest';
import { createEvaluator } from '../graph/evaluate.js';
import { Graph } from '../graph/graph.js';
import { nodeRuntime } from '../node.js';
import { float32, int64 } from '../tensor.js';
import { apart, checkGradients } from '../testing/gradient-check.js';
import { cumulativeSum } from './cumulative-sum.js';
import { softplus } from './softplus.js';
import { rearrange, sortDescending } from './sort.js';

const order = int64([3, 5], [4, 2, 0, 1, 3, 0, 1, 2, 3, 4, 1, 0, 4, 3, 2]);

it('sortDescending sorts each row and tells where its elements stood', async () => {
  const graph = new Graph();
  const x = graph.input('x', [2, 4]);
  const { values, order } = sortDescending(x);
  const evaluator = await createEvaluator(await nodeRuntime({ threads: 1 }), graph, { values, order });
  const found = await evaluator.run({ x: float32([2, 4], [3, 1, 4, 2, -1, 0, -3, -2]) });
  expect([...(found.values?.data ?? [])]).toEqual([4, 3, 2, 1, 0, -1, -2, -3]);
  expect(Array.from(found.order?.data ?? [], Number)).toEqual([2, 0, 3, 1, 1, 0, 3, 2]);
});

it('softplus does not overflow', async () => {
  const graph = new Graph();
  const x = graph.input('x', [3]);
  const evaluator = await createEvaluator(await nodeRuntime({ threads: 1 }), graph, { y: softplus(x) });
  const { y } = await evaluator.run({ x: float32([3], [-200, 0, 200]) });
  expect([...(y?.data ?? [])]).toEqual([0, Math.fround(Math.LN2), 200]);
});

it.each([
  ['sortDescending', { shapes: [[3, 7]], build: (x) => sortDescending(x).values, fill: apart }],
  ['rearrange', { shapes: [[3, 5]], build: (x) => rearrange(x, x.graph.constant(order)) }],
  ['cumulativeSum', { shapes: [[2, 3, 4]], build: (x) => cumulativeSum(x, 1) }],
  ['softplus', { shapes: [[2, 3, 4]], build: softplus }],
] satisfies [string, Parameters<typeof checkGradients>[0]][])('gradient of %s', (_, check) =>
  checkGradients(check),
);
