import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../graph/evaluate.js';
import { Graph } from '../graph/graph.js';
import { nodeRuntime } from '../node.js';
import { float32 } from '../tensor.js';
import { checkGradients } from '../testing/gradient-check.js';
import { adaptiveAveragePool } from './adaptive-average-pool.js';

describe('adaptive average pooling', () => {
  it('takes the cells that PyTorch takes, overlapping where they do not divide the image', async () => {
    const graph = new Graph();
    const y = adaptiveAveragePool(graph.input('x', [1, 1, 2, 7]), [1, 3]);
    const evaluator = await createEvaluator(await nodeRuntime({ threads: 1 }), graph, { y });
    const row = [1, 2, 3, 4, 5, 6, 7];
    const { y: result } = await evaluator.run({ x: float32([1, 1, 2, 7], [...row, ...row]) });
    // Columns 0 to 2, 2 to 4 and 4 to 6.
    expect(Array.from(result?.data ?? [], (value) => Math.fround(Number(value)))).toEqual([2, 4, 6]);
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [6, 6],
    [2, 5],
  ] as const)('to %i x %i cells has the gradients of central differences', async (height, width) => {
    await checkGradients({
      shapes: [[2, 2, 4, 5]],
      build: (x) => adaptiveAveragePool(x, [height, width]),
      step: 0.25,
    });
  });
});
