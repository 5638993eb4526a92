import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../graph/evaluate.js';
import { Graph } from '../graph/graph.js';
import { float32, ones, zeros } from '../index.js';
import { nodeRuntime } from '../node.js';
import { createRandom } from '../random.js';
import { checkGradients } from '../testing/gradient-check.js';
import { groupNormalise } from './group-normalisation.js';

describe('group normalisation', () => {
  it('gives each group of each sample the mean 0 and the variance 1', async () => {
    const graph = new Graph();
    const [x, gamma, beta] = [
      graph.input('x', [2, 6, 3, 4]),
      graph.input('gamma', [6]),
      graph.input('beta', [6]),
    ];
    const y = groupNormalise(x, gamma, beta, { groups: 3 });
    const evaluator = await createEvaluator(await nodeRuntime({ threads: 1 }), graph, { y });
    const random = createRandom(1, 'x');
    const result = await evaluator.run({
      x: float32(
        x.shape,
        Array.from({ length: 144 }, () => 5 + 3 * random.normal()),
      ),
      gamma: float32([6], ones([6], random)),
      beta: float32([6], zeros([6], random)),
    });
    const numbers = Array.from(result.y?.data ?? [], Number);
    for (let group = 0; group < 6; group++) {
      const of = numbers.slice(24 * group, 24 * (group + 1));
      expect(of.reduce((sum, value) => sum + value, 0) / 24).toBeCloseTo(0, 5);
      expect(of.reduce((sum, value) => sum + value * value, 0) / 24).toBeCloseTo(1, 4);
    }
  });

  it('has the gradients of central differences', async () => {
    await checkGradients({
      shapes: [[2, 6, 3, 2], [6], [6]],
      build: (x, gamma, beta) => groupNormalise(x, gamma ?? x, beta ?? x, { groups: 2 }),
    });
  });

  it('names the shape that has no such groups', () => {
    const graph = new Graph();
    const [x, gamma] = [graph.input('x', [1, 6, 2, 2]), graph.input('gamma', [6])];
    expect(() => groupNormalise(x, gamma, gamma, { groups: 4 })).toThrow('[1, 6, 2, 2]: no 4 groups');
  });
});
