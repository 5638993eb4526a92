/** The CPU's own lowerings against the portable ones, which central differences have checked. */
import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../graph/differentiate.js';
import { createEvaluator } from '../../graph/evaluate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { nodeRuntime } from '../../node.js';
import { relu6 } from '../../ops/activations.js';
import { add, mul } from '../../ops/arithmetic.js';
import { batchNormalise } from '../../ops/batch-normalisation.js';
import { convolve } from '../../ops/convolution.js';
import { globalAveragePool } from '../../ops/global-average-pool.js';
import { maxPool } from '../../ops/max-pool.js';
import { reduceSum } from '../../ops/reduce.js';
import { resize } from '../../ops/resize.js';
import { concat, slice } from '../../ops/slice.js';
import { relu, sigmoid } from '../../ops/unary.js';
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
  });

  it.each([
    ['large images, cut into ranges of rows', [2, 8, 96, 90], [16, 8, 3, 3], { padding: 1 }],
    ['large images of few channels', [1, 1, 150, 130], [16, 1, 7, 7], { padding: 3, stride: 2 }],
    ['small images, several in a kernel', [6, 32, 9, 8], [16, 32, 3, 3], { padding: 1 }],
    ['a batch that fills no block', [10, 16, 12, 12], [16, 16, 3, 3], { padding: 1 }],
    ['one pixel, more filters', [3, 8, 9, 8], [24, 8, 1, 1], {}],
    ['one pixel, fewer filters', [4, 32, 12, 11], [16, 32, 1, 1], {}],
    ['one pixel, few filters', [1, 16, 6, 6], [3, 16, 1, 1], {}],
    ['one pixel, large images', [2, 16, 90, 80], [8, 16, 1, 1], {}],
    ['every second pixel', [2, 16, 14, 18], [16, 16, 3, 3], { padding: 1, stride: 2 }],
    [
      'every second pixel, another padding',
      [2, 16, 12, 12],
      [8, 16, 5, 5],
      { padding: [1, 2, 2, 1] as const, stride: 2 },
    ],
    ['every second pixel, one of a kernel', [2, 16, 12, 12], [8, 16, 1, 1], { stride: 2 }],
    ['every second pixel, depthwise', [2, 16, 14, 18], [16, 1, 3, 3], { padding: 1, stride: 2, groups: 16 }],
    [
      'every second pixel, depthwise, another padding',
      [2, 8, 12, 16],
      [8, 1, 5, 5],
      { padding: [1, 1, 2, 2] as const, stride: 2, groups: 8 },
    ],
    ['few channels', [2, 3, 12, 16], [8, 3, 3, 3], { padding: 1 }],
    ['few filters', [2, 16, 12, 16], [3, 16, 3, 3], { padding: 1 }],
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
  });

  it.each([
    ['few elements', [3, 16, 9, 8]],
    ['many elements', [1, 16, 96, 88]],
    ['channels that fill no block', [2, 5, 12, 12]],
  ])('normalise batches of %s, with what follows', async (_, shape) => {
    const channels = [shape[1] ?? 0];
    const normalised = (x?: Value, gamma?: Value, beta?: Value): Value =>
      batchNormalise(x as Value, gamma as Value, beta as Value).y;
    const image = [shape, channels, channels];
    await compare(image, (x, gamma, beta) => normalised(x, gamma, beta));
    await compare(image, (x, gamma, beta) => relu(normalised(x, gamma, beta)));
    await compare(image, (x, gamma, beta) => relu6(mul(normalised(x, gamma, beta), 4)));
    await compare([...image, shape], (x, gamma, beta, shortcut) =>
      relu6(add(normalised(x, gamma, beta), shortcut as Value)),
    );
    await compare([...image, ...image], (x, gamma, beta, other, otherGamma, otherBeta) =>
      relu(add(normalised(x, gamma, beta), normalised(other, otherGamma, otherBeta))),
    );
  });

  it('join and cut channels of blocked images', async () => {
    const shapes = [
      [2, 16, 12, 12],
      [32, 16, 3, 3],
      [16, 48, 3, 3],
    ];
    await compare(shapes, (x, first, second) => {
      const wide = convolve(x as Value, first as Value, { padding: 1 });
      const doubled = resize(wide, [20, 20], 'nearest');
      const small = convolve(
        slice(concat([wide, mul(wide, 2)], 1), { axis: 1, start: 16, end: 64 }),
        second as Value,
      );
      return concat(
        [relu(small), slice(relu(doubled), { axis: 2, start: 5, end: 15 }, { axis: 3, start: 0, end: 10 })],
        1,
      );
    });
  });

  it('weight the channels of blocked images', async () => {
    const shapes = [
      [3, 16, 12, 12],
      [24, 16, 3, 3],
      [24, 24, 1, 1],
    ];
    await compare(shapes, (x, weight, excitation) => {
      const image = convolve(x as Value, weight as Value, { padding: 1 });
      const weights = sigmoid(convolve(globalAveragePool(image), excitation as Value));
      return mul(image, weights);
    });
  });

  it('enlarge and pool blocked images', async () => {
    await compare(
      [
        [2, 16, 12, 12],
        [16, 16, 3, 3],
      ],
      (x, weight) => resize(relu(convolve(x as Value, weight as Value, { padding: 1 })), [24, 36], 'nearest'),
    );
    await compare(
      [
        [2, 16, 12, 12],
        [16, 16, 3, 3],
      ],
      (x, weight) =>
        maxPool(convolve(x as Value, weight as Value, { padding: 1 }), { kernel: 3, stride: 2, padding: 1 }),
    );
  });

  it('send the gradient of a maximum to the same pixels', async () => {
    await compare([[2, 3, 15, 14]], (x) => maxPool(x as Value, { kernel: 3, stride: 2, padding: 1 }), apart);
  });
});
