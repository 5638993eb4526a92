/**
 * The blocked lowerings for blocks of 16 channels, which only processors with AVX-512 have, against the portable ones:
 * ONNX Runtime's operators on blocked tensors are spelled out, see `testing/blocked-operators.ts`.
 */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../graph/differentiate.js';
import { createEvaluator } from '../../graph/evaluate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { add, mul } from '../../ops/arithmetic.js';
import { batchNormalise } from '../../ops/batch-normalisation.js';
import { type ConvolutionOptions, convolve } from '../../ops/convolution.js';
import { globalAveragePool } from '../../ops/global-average-pool.js';
import { maxPool } from '../../ops/max-pool.js';
import { reduceSum } from '../../ops/reduce.js';
import { resize } from '../../ops/resize.js';
import { sigmoid } from '../../ops/unary.js';
import { portableRuntime } from '../../runtime.js';
import { float32, type Shape, type Tensor } from '../../tensor.js';
import { runSpelledOut } from '../../testing/blocked-operators.js';
import { normal } from '../../testing/gradient-check.js';
import { lowered } from '../lower.js';
import { isPackable, pack, unpacked } from '../packed-weights.js';
import { cpuLowerings } from './cpu.js';

const runtime = portableRuntime(ort, 'cpu', { executionProviders: ['cpu'], intraOpNumThreads: 1 });

/** Returns how many blocked operators it took. */
async function compare(
  b: number,
  shapes: readonly Shape[],
  build: (...inputs: Value[]) => Value,
): Promise<number> {
  const graph = new Graph();
  const inputs = shapes.map((shape, index) => graph.input(`x${index}`, shape));
  const y = build(...inputs);
  const upstream = graph.input('upstream', y.shape);
  const outputs: Record<string, Value> = { y };
  differentiate(reduceSum(mul(y, upstream)), inputs).forEach((gradient, index) => {
    if (gradient) outputs[`d${index}`] = gradient;
  });
  const feeds: Record<string, Tensor> = { upstream: float32(y.shape, normal(y.shape, 9)) };
  shapes.forEach((shape, index) => {
    feeds[`x${index}`] = float32(shape, normal(shape, index));
  });
  const evaluator = await createEvaluator(runtime, graph, outputs);
  const expected = await evaluator.run(feeds);
  await evaluator.dispose();

  // As a training keeps them: weights that fill whole blocks, and their gradients, are packed.
  const packs = (value: Value) =>
    value.shape.length === 4 && inputs.indexOf(value) > 0 && isPackable(value.shape, b);
  const packed = new Set(inputs.filter(packs));
  inputs.forEach((input, index) => {
    const gradient = outputs[`d${index}`];
    if (packed.has(input) && gradient) packed.add(gradient);
  });
  const model = lowered(graph, { outputs, variables: 'inputs', blockSize: b, table: cpuLowerings(), packed });
  const given = { ...feeds };
  inputs.forEach((input, index) => {
    const plain = feeds[`x${index}`];
    if (!packed.has(input) || plain?.dtype !== 'float32') return;
    const own = float32(input.shape);
    pack(plain.data as Float32Array, own.data, input.shape, b);
    given[`x${index}`] = own;
  });
  const found = await runSpelledOut(runtime, model, b, given);
  for (const [name, value] of Object.entries(outputs)) {
    const right = expected[name]?.data as Float32Array;
    const raw = found.get(name)?.data as Float32Array;
    const numbers = packed.has(value) ? unpacked(raw, value.shape, b) : raw;
    const scale = Math.sqrt(right.reduce((sum, each) => sum + each * each, 0) / right.length);
    const wrong = right.findIndex(
      (each, index) => !(Math.abs(each - (numbers[index] ?? Number.NaN)) <= 1e-4 * scale),
    );
    if (wrong >= 0) expect.fail(`${name}[${wrong}] is ${numbers[wrong]}, not ${right[wrong]}`);
  }
  return model.nodes.filter(({ domain }) => domain === 'com.microsoft.nchwc').length;
}

type Case = readonly [name: string, x: Shape, weight: Shape, options: ConvolutionOptions];

const convolutions: readonly Case[] = [
  ['whole blocks', [2, 16, 7, 6], [32, 16, 3, 3], { padding: 1 }],
  ['more channels than filters', [2, 48, 6, 7], [16, 48, 3, 3], { padding: 1 }],
  ['large images, cut into ranges of rows', [1, 16, 48, 44], [16, 16, 3, 3], { padding: 1 }],
  ['one channel, large kernel, every second pixel', [2, 1, 14, 12], [16, 1, 7, 7], { padding: 3, stride: 2 }],
  ['three channels', [2, 3, 8, 8], [32, 3, 3, 3], { padding: 1 }],
  ['few filters', [2, 16, 6, 8], [3, 16, 3, 3], { padding: 1 }],
  ['eight channels, half a block', [2, 8, 6, 6], [16, 8, 3, 3], { padding: 1 }],
  ['eight filters, half a block', [2, 16, 6, 6], [8, 16, 3, 3], { padding: 1 }],
  ['channels of a block and a half', [2, 24, 6, 6], [40, 24, 3, 3], { padding: 1 }],
  ['every second pixel', [2, 16, 8, 6], [32, 16, 3, 3], { padding: 1, stride: 2 }],
  ['every second pixel, one of a kernel', [2, 16, 8, 8], [32, 16, 1, 1], { stride: 2 }],
  ['dilated', [2, 16, 9, 9], [16, 16, 3, 3], { padding: 2, dilation: 2 }],
  ['one pixel, more filters', [3, 16, 5, 4], [32, 16, 1, 1], {}],
  ['one pixel, fewer filters', [2, 32, 5, 4], [16, 32, 1, 1], {}],
  ['depthwise', [2, 32, 6, 7], [32, 1, 3, 3], { padding: 1, groups: 32 }],
  ['depthwise, every second pixel', [2, 16, 8, 6], [16, 1, 5, 5], { padding: 2, stride: 2, groups: 16 }],
  ['depthwise, half a block', [2, 8, 6, 6], [8, 1, 3, 3], { padding: 1, groups: 8 }],
  ['groups of several channels', [2, 32, 6, 6], [32, 8, 3, 3], { padding: 1, groups: 4 }],
];

describe('blocks of 16', () => {
  it.each(convolutions)('convolve with %s', async (_, x, weight, options) => {
    await compare(16, [x, weight], (image, kernel) => convolve(image as Value, kernel as Value, options));
  });

  it('are used for a batch of a training, as those of 8 are', async () => {
    const build = (image?: Value, kernel?: Value) =>
      convolve(image as Value, kernel as Value, { padding: 1 });
    const shapes = [
      [4, 32, 8, 8],
      [32, 32, 3, 3],
    ];
    const [wide, narrow] = [await compare(16, shapes, build), await compare(8, shapes, build)];
    expect(wide).toBeGreaterThan(5);
    expect(wide).toBe(narrow);
  });

  it('normalise, add, weight channels, pool and enlarge', async () => {
    const shapes = [[2, 16, 8, 8], [32, 16, 3, 3], [32], [32], [32, 32, 1, 1]];
    await compare(16, shapes, (...[x, weight, gamma, beta, excitation]) => {
      const image = convolve(x as Value, weight as Value, { padding: 1 });
      const { y } = batchNormalise(image, gamma as Value, beta as Value);
      const joined = add(y, image);
      const excited = mul(joined, sigmoid(convolve(globalAveragePool(joined), excitation as Value)));
      return resize(maxPool(excited, { kernel: 2 }), [12, 8], 'nearest');
    });
  });
});

it.each([8, 16])('weights in blocks of %i lie as ONNX Runtime wants them', (b) => {
  const shape = [2 * b, b, 1, 2];
  const plain = Float32Array.from({ length: 4 * b * b }, (_, index) => index);
  const own = new Float32Array(plain.length);
  pack(plain, own, shape, b);
  // [O/b][I/b][kH][kW][b in][b out]: the filters of one channel and tap are neighbours.
  const at = (filter: number, channel: number, tap: number) => (filter * b + channel) * 2 + tap;
  expect(own[1]).toBe(at(1, 0, 0));
  expect(own[b]).toBe(at(0, 1, 0));
  expect(own[b * b]).toBe(at(0, 0, 1));
  expect(own[2 * b * b]).toBe(at(b, 0, 0));
  expect(unpacked(own, shape, b)).toEqual(plain);
});
