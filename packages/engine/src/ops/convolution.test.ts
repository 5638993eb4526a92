import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../graph/evaluate.js';
import { Graph } from '../graph/graph.js';
import { nodeRuntime } from '../node.js';
import { float32 } from '../tensor.js';
import { checkGradients } from '../testing/gradient-check.js';
import {
  convolutionInputGradient,
  convolutionWeightGradient,
  convolve,
  convolveTransposed,
  windowOf,
} from './convolution.js';

const setting = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  groups: fc.integer({ min: 1, max: 2 }),
  perGroup: fc.integer({ min: 1, max: 2 }),
  filtersPerGroup: fc.integer({ min: 1, max: 2 }),
  height: fc.integer({ min: 5, max: 7 }),
  width: fc.integer({ min: 5, max: 8 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
});

describe('convolution', () => {
  it('has the gradients of central differences for any stride, padding, dilation and groups', async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (s) => {
        await checkGradients({
          shapes: [
            [s.batch, s.groups * s.perGroup, s.height, s.width],
            [s.groups * s.filtersPerGroup, s.perGroup, ...s.kernel],
          ],
          build: (x, weight) => convolve(x, weight ?? x, s),
          step: 0.25,
        });
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('passes gradients to a bias', async () => {
    await checkGradients({
      shapes: [[2, 2, 4, 4], [3, 2, 3, 3], [3]],
      build: (x, weight, bias) => convolve(x, weight ?? x, { padding: 1 }, bias),
      step: 0.25,
    });
  });

  it('names the shapes that do not fit', () => {
    const graph = new Graph();
    const x = graph.input('x', [1, 3, 8, 8]);
    expect(() => convolve(x, graph.input('w', [4, 2, 3, 3]))).toThrow('[1, 3, 8, 8], [4, 2, 3, 3]');
  });
});

describe('transposed convolution', () => {
  it('has the gradients of central differences', async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (s) => {
        const extra = Math.min(s.stride[0], s.stride[1], 2) - 1;
        await checkGradients({
          shapes: [
            [s.batch, s.groups * s.perGroup, 4, 5],
            [s.groups * s.perGroup, s.filtersPerGroup, 3, 3],
          ],
          build: (x, weight) =>
            convolveTransposed(x, weight ?? x, {
              stride: s.stride,
              groups: s.groups,
              padding: 1,
              outputPadding: extra,
            }),
          step: 0.25,
        });
      }),
      { numRuns: 12, seed: 2 },
    );
  });

  it('spreads a single pixel over the kernel, as PyTorch documents', async () => {
    const graph = new Graph();
    const y = convolveTransposed(graph.input('x', [1, 1, 1, 1]), graph.input('w', [1, 1, 2, 2]), {
      stride: 2,
      outputPadding: 1,
    });
    const evaluator = await createEvaluator(await nodeRuntime({ threads: 1 }), graph, { y });
    const result = await evaluator.run({
      x: float32([1, 1, 1, 1], [2]),
      w: float32([1, 1, 2, 2], [1, 2, 3, 4]),
    });
    expect(Array.from(result.y?.data as Float32Array)).toEqual([2, 4, 0, 6, 8, 0, 0, 0, 0]);
  });
});

describe('the gradients of a convolution', () => {
  const window = windowOf({ stride: 2, padding: 1 });

  it('are themselves differentiable', async () => {
    await checkGradients({
      shapes: [
        [2, 3, 4, 3],
        [3, 2, 3, 3],
      ],
      build: (gradient, weight) =>
        convolutionInputGradient(gradient, weight ?? gradient, window, [2, 2, 8, 6]),
      step: 0.25,
    });
    await checkGradients({
      shapes: [
        [2, 2, 8, 6],
        [2, 3, 4, 3],
      ],
      build: (x, gradient) => convolutionWeightGradient(x, gradient ?? x, window, [3, 2, 3, 3]),
      step: 0.25,
    });
  });
});
