import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { StateError } from '../errors.js';
import { Graph } from '../graph/graph.js';
import { kaimingNormalFanOut, ones, zeros } from '../graph/initialiser.js';
import { nodeRuntime } from '../node.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { batchNormalise } from '../ops/batch-normalisation.js';
import { greater } from '../ops/compare.js';
import { convolve } from '../ops/convolution.js';
import { reduceMean } from '../ops/reduce.js';
import { relu, square } from '../ops/unary.js';
import { adam } from '../optimizers/adam.js';
import { networkWeights } from '../optimizers/weight-average.js';
import { createRandom } from '../random.js';
import { portableRuntime, type Runtime } from '../runtime.js';
import { decodeSafetensors, encodeSafetensors } from '../safetensors.js';
import { float32 } from '../tensor.js';
import { createTrainingSession } from './training-session.js';

/** A small network with a dropout that learns to blur an image. */
async function blurLearner(seed: number, runtime?: Runtime) {
  const graph = new Graph();
  const x = graph.input('x', [2, 1, 8, 8]);
  const truth = graph.input('truth', [2, 1, 8, 8]);
  const first = convolve(x, graph.parameter('first', [16, 1, 3, 3], kaimingNormalFanOut), { padding: 1 });
  const running = graph.buffer('running', [16], zeros);
  const { y, mean } = batchNormalise(
    first,
    graph.parameter('gamma', [16], ones),
    graph.parameter('beta', [16], zeros),
  );
  graph.update(running, add(mul(running.value, 0.9), mul(mean, 0.1)));
  const kept = mul(relu(y), greater(graph.random([2, 16, 1, 1]), graph.scalar(0.1)));
  const middle = graph.parameter('middle', [16, 16, 3, 3], kaimingNormalFanOut);
  const inner = relu(convolve(kept, middle, { padding: 1 }));
  const out = convolve(inner, graph.parameter('second', [1, 16, 3, 3], kaimingNormalFanOut), { padding: 1 });
  const loss = reduceMean(square(sub(out, truth)));
  return createTrainingSession(runtime ?? (await nodeRuntime({ threads: 1 })), graph, {
    loss,
    optimizer: adam(),
    seed,
  });
}

function batch(step: number) {
  const random = createRandom('batch', step);
  const x = float32(
    [2, 1, 8, 8],
    Array.from({ length: 128 }, () => random.normal()),
  );
  const truth = float32(
    x.shape,
    x.data.map((value, index) => (value + (x.data[index - 1] ?? 0)) / 2),
  );
  return { x, truth };
}

const hyperparameters = { learningRate: 0.02, momentum: 0.9 };

describe('a training session', () => {
  it('lowers the loss', async () => {
    const session = await blurLearner(1);
    const first = await session.step(batch(0), hyperparameters);
    let last = first;
    for (let step = 1; step < 150; step++) last = await session.step(batch(step), hyperparameters);
    expect(last.loss).toBeLessThan(first.loss / 4);
  });

  it('gives the same weights bit for bit with the same seed, and others with another', async () => {
    const [a, b, c] = await Promise.all([blurLearner(1), blurLearner(1), blurLearner(2)]);
    for (let step = 0; step < 5; step++)
      for (const session of [a, b, c]) await session.step(batch(step), hyperparameters);
    expect(a.state()).toEqual(b.state());
    expect(a.state().get('first')).not.toEqual(c.state().get('first'));
  });

  it('goes on from a stored state as if it had not been interrupted', async () => {
    const whole = await blurLearner(1);
    for (let step = 0; step < 6; step++) await whole.step(batch(step), hyperparameters);
    const before = await blurLearner(1);
    for (let step = 0; step < 3; step++) await before.step(batch(step), hyperparameters);
    const stored = encodeSafetensors(before.state());
    const after = await blurLearner(1);
    after.load(decodeSafetensors(stored).tensors, 'all');
    for (let step = 3; step < 6; step++) await after.step(batch(step), hyperparameters);
    expect(after.state()).toEqual(whole.state());
  });

  it('hands out weights in their own order, however the device keeps them', async () => {
    const options = { executionProviders: ['cpu'], intraOpNumThreads: 1 };
    const plain = await blurLearner(1, portableRuntime(ort, 'cpu', options));
    const own = await blurLearner(1);
    expect(own.state()).toEqual(plain.state());
    for (let step = 0; step < 3; step++) {
      for (const session of [plain, own])
        await session.step(batch(step), { ...hyperparameters, momentum: 0 });
    }
    expect(own.weights()).toEqual(networkWeights(own.state()));
    const expected = plain.state().get('middle')?.data ?? [];
    const found = own.state().get('middle')?.data ?? [];
    expect(found.length).toBe(expected.length);
    expected.forEach((value, index) => {
      expect(Number(found[index])).toBeCloseTo(Number(value), 2);
    });
  });

  it('names every difference of a state that does not fit, and stays as it was', async () => {
    const session = await blurLearner(1);
    const before = structuredClone(session.state());
    const wrong = new Map(session.state()).set('first', float32([16, 1, 5, 5]));
    wrong.delete('beta');
    expect(() => session.load(wrong, 'all')).toThrow(StateError);
    expect(() => session.load(wrong, 'all')).toThrow(
      'first has the shape [16, 1, 5, 5], not [16, 1, 3, 3]; beta is missing',
    );
    expect(session.state()).toEqual(before);
  });
});
