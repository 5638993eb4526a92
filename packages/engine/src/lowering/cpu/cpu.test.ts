/** The CPU's own lowerings against the portable ones, which central differences have checked. */
import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../graph/differentiate.js';
import { createEvaluator } from '../../graph/evaluate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { nodeRuntime } from '../../node.js';
import { mul } from '../../ops/arithmetic.js';
import { convolve } from '../../ops/convolution.js';
import { maxPool } from '../../ops/max-pool.js';
import { reduceSum } from '../../ops/reduce.js';
import { portableRuntime } from '../../runtime.js';
import { float32, type Shape, type Tensor } from '../../tensor.js';
import { apart, normal } from '../../testing/gradient-check.js';

async function compare(
  shapes: readonly Shape[],
  build: (...inputs: Value[]) => Value,
  fill = normal,
): Promise<void> {
  const graph = new Graph();
  const inputs = shapes.map((shape, index) => graph.input(`x${index}`, shape));
  const y = build(...inputs);
  const upstream = graph.input('upstream', y.shape);
  const gradients = differentiate(reduceSum(mul(y, upstream)), inputs);
  const outputs: Record<string, Value> = { y };
  gradients.forEach((gradient, index) => {
    if (gradient) outputs[`d${index}`] = gradient;
  });
  const feeds: Record<string, Tensor> = { upstream: float32(y.shape, normal(y.shape, 9)) };
  shapes.forEach((shape, index) => {
    feeds[`x${index}`] = float32(shape, fill(shape, index));
  });
  const options = { executionProviders: ['cpu'], intraOpNumThreads: 1 };
  const portable = await createEvaluator(portableRuntime(ort, 'cpu', options), graph, outputs);
  const preferred = await createEvaluator(await nodeRuntime({ device: 'cpu', threads: 1 }), graph, outputs);
  const expected = await portable.run(feeds);
  const found = await preferred.run(feeds);
  for (const name of Object.keys(outputs)) {
    const right = Array.from(expected[name]?.data ?? [], Number);
    const scale = Math.sqrt(right.reduce((sum, value) => sum + value * value, 0) / right.length);
    Array.from(found[name]?.data ?? [], Number).forEach((value, index) => {
      if (Math.abs(value - (right[index] ?? 0)) > 1e-4 * scale) {
        expect.fail(`${name}[${index}] is ${value}, not ${right[index]}, for ${JSON.stringify(shapes)}`);
      }
    });
    expect(found[name]?.shape).toEqual(expected[name]?.shape);
  }
  await Promise.all([portable.dispose(), preferred.dispose()]);
}

describe('the lowerings of the CPU', () => {
  const setting = fc.record({
    channels: fc.constantFrom(1, 3, 16, 32, 48),
    filters: fc.constantFrom(2, 16, 32, 40),
    side: fc.integer({ min: 30, max: 44 }),
    kernel: fc.constantFrom(1, 3, 5),
    stride: fc.constantFrom(1, 1, 2),
    padding: fc.nat(2),
    dilation: fc.constantFrom(1, 2),
  });

  it('compute the same convolutions and gradients', async () => {
    await fc.assert(
      fc.asyncProperty(setting, async ({ channels, filters, side, kernel, ...options }) => {
        const shapes = [
          [2, channels, side, side + 3],
          [filters, channels, kernel, kernel],
        ];
        await compare(shapes, (x, weight) => convolve(x as Value, weight as Value, options));
      }),
      { numRuns: 30, seed: 5 },
    );
  }, 120_000);

  it.each([
    ['large images, cut into ranges of rows', [2, 8, 96, 90], [16, 8, 3, 3], { padding: 1 }],
    ['large images of few channels', [1, 1, 150, 130], [16, 1, 7, 7], { padding: 3, stride: 2 }],
    ['small images, several in a kernel', [6, 32, 9, 8], [16, 32, 3, 3], { padding: 1 }],
    ['a batch that fills no block', [10, 16, 12, 12], [16, 16, 3, 3], { padding: 1 }],
    ['rows that cannot be divided', [3, 16, 79, 80], [16, 16, 3, 3], { padding: 1 }],
  ])('compute the same gradients for %s', async (_, x, weight, options) => {
    await compare([x, weight], (image, kernel) => convolve(image as Value, kernel as Value, options));
  });

  it('compute the same depthwise convolutions and gradients', async () => {
    const depthwise = fc.record({
      channels: fc.constantFrom(1, 3, 16, 24),
      height: fc.integer({ min: 5, max: 20 }),
      width: fc.integer({ min: 5, max: 20 }),
      kernel: fc.constantFrom(1, 3, 5),
      stride: fc.constantFrom(1, 2, 3),
      padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
      dilation: fc.constantFrom(1, 2),
    });
    await fc.assert(
      fc.asyncProperty(depthwise, async ({ channels, height, width, kernel, ...options }) => {
        const reach = options.dilation * (kernel - 1);
        fc.pre(height > reach && width > reach);
        const shapes = [
          [2, channels, height, width],
          [channels, 1, kernel, kernel],
        ];
        await compare(shapes, (x, weight) =>
          convolve(x as Value, weight as Value, { ...options, groups: channels }),
        );
      }),
      { numRuns: 40, seed: 6 },
    );
  }, 60_000);

  it('send the gradient of a maximum to the same pixels', async () => {
    await compare([[2, 3, 15, 14]], (x) => maxPool(x as Value, { kernel: 3, stride: 2, padding: 1 }), apart);
  });
});
