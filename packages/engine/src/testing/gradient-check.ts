import { expect } from 'vitest';
import { differentiate } from '../graph/differentiate.js';
import { createEvaluator } from '../graph/evaluate.js';
import { Graph, type Value } from '../graph/graph.js';
import { nodeRuntime } from '../node.js';
import { mul } from '../ops/arithmetic.js';
import { reduceSum } from '../ops/reduce.js';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime.js';
import { float32, type Shape, sizeOf, type Tensor } from '../tensor.js';

export interface GradientCheck {
  readonly shapes: readonly Shape[];
  readonly build: (...inputs: [Value, ...Value[]]) => Value;
  /** The numbers of input i; default: normal. Functions with kinks want numbers well apart. */
  readonly fill?: (shape: Shape, input: number) => Float32Array;
  readonly runtime?: Runtime;
  /** Half the distance between the two points of a difference. */
  readonly step?: number;
}

/**
 * Compares the gradient of sum(weights * y), with random weights, with central differences for every element of every
 * input. The sums are in double precision; agreement is judged against the largest gradient.
 */
export async function checkGradients({
  shapes,
  build,
  fill = normal,
  runtime,
  step = 1e-2,
}: GradientCheck): Promise<void> {
  const ort = runtime ?? (await nodeRuntime({ threads: 1 }));
  const graph = new Graph();
  const inputs = shapes.map((shape, index) => graph.input(`x${index}`, shape)) as [Value, ...Value[]];
  const y = build(...inputs);
  const upstream = graph.input('upstream', y.shape);
  const gradients = differentiate(reduceSum(mul(y, upstream)), inputs);
  const outputs = Object.fromEntries(
    gradients.flatMap((gradient, index) => (gradient ? [[`d${index}`, gradient] as const] : [])),
  );
  const feeds: Record<string, Tensor<'float32'>> = { upstream: float32(y.shape, normal(y.shape, 99)) };
  shapes.forEach((shape, index) => {
    feeds[`x${index}`] = float32(shape, fill(shape, index));
  });
  const forward = await createEvaluator(ort, graph, { y });
  const backward = await createEvaluator(ort, graph, outputs);
  const analytic = await backward.run(feeds);
  const objective = async (): Promise<number> => {
    const result = await forward.run(feeds);
    const weights = feeds.upstream?.data ?? [];
    return Array.from(result.y?.data as Float32Array).reduce(
      (sum, value, index) => sum + value * (weights[index] ?? 0),
      0,
    );
  };

  for (const [index, shape] of shapes.entries()) {
    const tensor = feeds[`x${index}`];
    const found = analytic[`d${index}`];
    if (!tensor || !found) throw new Error(`Input ${index} got no gradient.`);
    expect(found.shape).toEqual(shape);
    const numeric: number[] = [];
    for (const [element, value] of tensor.data.entries()) {
      tensor.data[element] = value + step;
      const above = await objective();
      tensor.data[element] = value - step;
      const below = await objective();
      tensor.data[element] = value;
      numeric.push((above - below) / (Math.fround(value + step) - Math.fround(value - step)));
    }
    const scale = Math.max(...numeric.map(Math.abs), 1e-3);
    const worst = Math.max(
      ...numeric.map((value, element) => Math.abs(value - Number(found.data[element])) / scale),
    );
    expect(worst, `input ${index} of shape [${shape.join()}]`).toBeLessThan(4e-3);
  }
  await forward.dispose();
  await backward.dispose();
}

export function normal(shape: Shape, input: number): Float32Array {
  const random = createRandom('gradient check', input, ...shape);
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
}

/** All numbers different, at least 0.1 from each other and from zero, in random order. */
export function apart(shape: Shape, input: number): Float32Array {
  const random = createRandom('apart', input, ...shape);
  const size = sizeOf(shape);
  const values = Float32Array.from(
    { length: size },
    (_, index) => (index - Math.floor(size / 2) + 0.5) * 0.2,
  );
  for (let index = size - 1; index > 0; index--) {
    const other = random.integer(index + 1);
    [values[index], values[other]] = [values[other] ?? 0, values[index] ?? 0];
  }
  return values;
}

/** Numbers from 0.5 to 2. */
export function positive(shape: Shape, input: number): Float32Array {
  return normal(shape, input).map((value) => 1.25 + 0.75 * Math.tanh(value));
}
