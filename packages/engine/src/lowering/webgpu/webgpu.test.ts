/** A small network trains on WebGPU as on the CPU, and nothing of it is computed elsewhere. */
import { expect, test } from 'vitest';
import { createEvaluator } from '../../graph/evaluate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { kaimingNormalFanOut, ones, zeros } from '../../graph/initialiser.js';
import { nodeRuntime } from '../../node.js';
import { adaptiveAveragePool } from '../../ops/adaptive-average-pool.js';
import { add, div, mul, sub } from '../../ops/arithmetic.js';
import { batchNormalise } from '../../ops/batch-normalisation.js';
import { oneHot } from '../../ops/compare.js';
import { type ConvolutionOptions, convolve } from '../../ops/convolution.js';
import { maxPool } from '../../ops/max-pool.js';
import { reduceMean, reduceSum } from '../../ops/reduce.js';
import { resize } from '../../ops/resize.js';
import { concat } from '../../ops/slice.js';
import { logSoftmax, softmax } from '../../ops/softmax.js';
import { abs, relu } from '../../ops/unary.js';
import { adam } from '../../optimizers/adam.js';
import { createRandom } from '../../random.js';
import type { Runtime } from '../../runtime.js';
import { float32, int32, type Tensor } from '../../tensor.js';
import { useSoftwareWebgpu } from '../../testing/software-webgpu.js';
import { createTrainingSession, type StepResult } from '../../training/training-session.js';

const obstacle = useSoftwareWebgpu();
const STEPS = 3;

/** All kinds of convolution and pooling that networks have, sizes taken from other tensors, cross-entropy and Dice. */
function network(graph: Graph): { readonly logits: Value; readonly loss: Value } {
  const images = graph.input('images', [2, 2, 16, 16]);
  const layer = (name: string, x: Value, filters: number, options: ConvolutionOptions): Value => {
    const perGroup = (x.shape[1] ?? 0) / (options.groups ?? 1);
    const weight = graph.parameter(`${name}.weight`, [filters, perGroup, 3, 3], kaimingNormalFanOut);
    const gamma = graph.parameter(`${name}.gamma`, [filters], ones);
    const beta = graph.parameter(`${name}.beta`, [filters], zeros);
    const { y, mean } = batchNormalise(convolve(x, weight, { padding: 1, ...options }), gamma, beta);
    const running = graph.buffer(`${name}.mean`, [filters], zeros);
    graph.update(running, add(mul(running.value, 0.9), mul(mean, 0.1)));
    return relu(y);
  };
  const strided = layer('strided', images, 8, { stride: 2 });
  const pooled = maxPool(strided, { kernel: 3, stride: 2, padding: 1 });
  const depthwise = layer('depthwise', pooled, 8, { groups: 8 });
  const grouped = layer('grouped', depthwise, 8, { groups: 2 });
  const context = resize(adaptiveAveragePool(strided, [3, 3]), strided, 'bilinear');
  const joined = concat([resize(grouped, [8, 8], 'nearest'), strided, context], 1);
  const head = graph.parameter('head', [2, 24, 1, 1], kaimingNormalFanOut);
  const logits = resize(convolve(joined, head), images, 'bilinear-aligned');

  const truth = oneHot(graph.input('labels', [2, 16, 16], 'int32'), 2);
  const crossEntropy = mul(reduceMean(mul(logSoftmax(logits, 1), truth)), -1);
  const probabilities = softmax(logits, 1);
  const overlap = mul(reduceSum(mul(probabilities, truth)), 2);
  const dice = sub(1, div(overlap, add(reduceSum(probabilities), reduceSum(truth))));
  return { logits, loss: add(add(crossEntropy, dice), mul(reduceMean(abs(head)), 0.01)) };
}

interface Trained {
  readonly results: readonly StepResult[];
  readonly state: ReadonlyMap<string, Tensor>;
  readonly logits: Float32Array;
}

async function train(runtime: Runtime): Promise<Trained> {
  const graph = new Graph();
  const { logits, loss } = network(graph);
  const session = await createTrainingSession(runtime, graph, { loss, optimizer: adam(), seed: 3 });
  const random = createRandom('batch');
  const images = float32(
    [2, 2, 16, 16],
    Array.from({ length: 1024 }, () => random.normal()),
  );
  const labels = int32(
    [2, 16, 16],
    Array.from({ length: 512 }, (_, pixel) => Number((pixel % 16) + (pixel % 5) > 9)),
  );
  const results: StepResult[] = [];
  for (let step = 0; step < STEPS; step++) {
    results.push(await session.step({ images, labels }, { learningRate: 1e-3, momentum: 0.9 }));
    await session.refresh();
    // As after an interruption: the numbers go to the device again.
    if (step === 0) session.load(structuredClone(session.state()), 'all');
  }
  const state = structuredClone(session.state());
  const evaluator = await createEvaluator(runtime, graph, { logits });
  const answer = await evaluator.run({ images, ...Object.fromEntries(state) });
  await evaluator.dispose();
  await session.dispose();
  return { results, state, logits: answer.logits?.data as Float32Array };
}

/** Sessions that refuse a graph of which anything would be computed on the CPU. */
function strict(runtime: Runtime): Runtime {
  const extra = { session: { disable_cpu_ep_fallback: '1' } };
  return { ...runtime, sessionOptions: { ...runtime.sessionOptions, extra } };
}

const where = obstacle === null ? 'on WebGPU by SwiftShader' : `on WebGPU: skipped, ${obstacle}`;

test.skipIf(obstacle !== null)(
  `a network trains and predicts ${where} as on the CPU`,
  async () => {
    const cpu = await train(await nodeRuntime({ device: 'cpu', threads: 1 }));
    const webgpu = await train(strict(await nodeRuntime({ device: 'webgpu', threads: 1 })));
    for (const [step, result] of webgpu.results.entries()) {
      expect(result.loss).toBeCloseTo(cpu.results[step]?.loss ?? Number.NaN, 4);
      expect(result.gradientNorm).toBeCloseTo(cpu.results[step]?.gradientNorm ?? Number.NaN, 3);
    }
    for (const [name, tensor] of cpu.state) {
      expect(largestDifference(tensor.data, webgpu.state.get(name)?.data ?? []), name).toBeLessThan(1e-3);
    }
    expect(largestDifference(cpu.logits, webgpu.logits)).toBeLessThan(1e-3);
  },
  240_000,
);

function largestDifference(a: Tensor['data'], b: ArrayLike<number | bigint>): number {
  expect(b.length).toBe(a.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(Number(a[i]) - Number(b[i]));
    if (!(difference <= most)) most = difference;
  }
  return most;
}
