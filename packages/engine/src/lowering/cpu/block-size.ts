import { differentiate } from '../../graph/differentiate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { encodeModel } from '../../onnx/model.js';
import { mul } from '../../ops/arithmetic.js';
import { batchNormalise } from '../../ops/batch-normalisation.js';
import { type ConvolutionOptions, convolve } from '../../ops/convolution.js';
import { reduceSum } from '../../ops/reduce.js';
import { type Runtime, toOrt } from '../../runtime.js';
import { float32, type Shape, sizeOf } from '../../tensor.js';
import { lower } from '../lower.js';
import { LoweringTable } from '../lowering.js';
import { cpuLowerings } from './cpu.js';

/**
 * The block size of this processor's blocked layout: 16 with AVX-512, 8 with AVX2. ONNX Runtime does not tell, so it is
 * read from the order in which the channels of two pixels come out. Then a small network of all kinds of convolution is
 * computed with its gradients, blocked and by the portable operators. Null where there is no such layout, or where the
 * two do not agree: then nothing is blocked.
 */
export async function findBlockSize(runtime: Runtime): Promise<number | null> {
  const size = await channelsBeforeNextPixel(runtime).catch(() => null);
  if (size === null) return null;
  const expected = await probe(runtime, { blockSize: null, table: new LoweringTable() });
  const found = await probe(runtime, { blockSize: size, table: cpuLowerings() }).catch(() => null);
  return found !== null && agree(expected, found) ? size : null;
}

/** How many channels of the first of two pixels stand before those of the second in the blocked layout. */
async function channelsBeforeNextPixel(runtime: Runtime): Promise<number | null> {
  const shape = [1, 32, 1, 2];
  const x = { name: 'x', dtype: 'float32', shape } as const;
  const reorder = { type: 'ReorderInput', domain: 'com.microsoft.nchwc', place: '', attributes: {} };
  const model = encodeModel({
    inputs: [x],
    outputs: [{ ...x, name: 'y' }],
    nodes: [{ ...reorder, inputs: ['x'], outputs: ['y'] }],
    initializers: new Map(),
    metadata: {},
  });
  const session = await runtime.InferenceSession.create(model, runtime.sessionOptions);
  // Even numbers are of the first pixel, odd ones of the second.
  const numbers = Array.from({ length: 64 }, (_, index) => index);
  const { y } = await session.run({ x: toOrt(runtime, float32(shape, numbers)) });
  await session.release();
  const next = y?.data instanceof Float32Array ? y.data.indexOf(1) : -1;
  return next > 1 && next < 32 ? next : null;
}

/** The network's result and its gradients, by name. */
type Answers = Readonly<Record<string, Float32Array>>;

/** What is in the wrong place is wrong by far more than what is rounded otherwise. */
const TOLERANCE = 1e-2;

function agree(expected: Answers, found: Answers): boolean {
  return Object.entries(expected).every(([name, numbers]) => {
    const scale = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const others = found[name];
    return numbers.every(
      (value, index) => Math.abs(value - (others?.[index] ?? Number.NaN)) <= TOLERANCE * scale,
    );
  });
}

/** Few channels, whole blocks of 8 and of 16, every second pixel, each channel by itself. */
const layers: Readonly<Record<string, { readonly weight: Shape } & ConvolutionOptions>> = {
  first: { weight: [16, 3, 3, 3], padding: 1 },
  second: { weight: [32, 16, 3, 3], padding: 1 },
  strided: { weight: [16, 32, 3, 3], padding: 1, stride: 2 },
  depthwise: { weight: [16, 1, 3, 3], padding: 1, groups: 16 },
};

async function probe(
  runtime: Runtime,
  { blockSize, table }: { readonly blockSize: number | null; readonly table: LoweringTable },
): Promise<Answers> {
  const graph = new Graph();
  const x = graph.input('x', [2, 3, 8, 8]);
  const weights = Object.entries(layers).map(([name, { weight }]) => graph.input(name, weight));
  const options = Object.values(layers);
  const convolved = weights.reduce((image, weight, index) => convolve(image, weight, options[index]), x);
  const ones = graph.constant(float32([16], new Float32Array(16).fill(1)));
  const { y } = batchNormalise(convolved, ones, ones);
  const upstream = graph.input('upstream', y.shape);
  const gradients = differentiate(reduceSum(mul(y, upstream)), [x, ...weights]);
  const outputs: Record<string, Value> = { y };
  gradients.forEach((gradient, index) => {
    if (gradient) outputs[`gradient:${index}`] = gradient;
  });
  const model = lower(graph, { outputs, variables: 'inputs', blockSize, table });
  const session = await runtime.InferenceSession.create(model, {
    ...runtime.sessionOptions,
    graphOptimizationLevel: 'disabled',
  });
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, value: { shape } }, input) => [
      name,
      toOrt(runtime, float32(shape, scattered(sizeOf(shape), input))),
    ]),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Float32Array.from(data as Float32Array)]),
  );
}

/** Numbers from -1 to 1 without a pattern that channels or pixels could share. */
function scattered(size: number, input: number): Float32Array {
  return Float32Array.from({ length: size }, (_, index) => Math.sin((index + 1) * (index + 7 * input + 3)));
}
