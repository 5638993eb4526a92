import { differentiate } from '../../graph/differentiate.js';
import { Graph, type Value } from '../../graph/graph.js';
import { encodeModel } from '../../onnx/model.js';
import { mul } from '../../ops/arithmetic.js';
import { batchNormalise } from '../../ops/batch-normalisation.js';
import { convolve } from '../../ops/convolution.js';
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

/** Few channels, whole blocks, every second pixel, each channel by itself, one pixel; blocks of 8 and of 16. */
const weightShapes: Readonly<Record<string, Shape>> = {
  first: [32, 3, 3, 3],
  second: [48, 32, 3, 3],
  strided: [32, 48, 3, 3],
  depthwise: [32, 1, 3, 3],
  pointwise: [16, 32, 1, 1],
};

async function probe(
  runtime: Runtime,
  { blockSize, table }: { readonly blockSize: number | null; readonly table: LoweringTable },
): Promise<Answers> {
  const graph = new Graph();
  const x = graph.input('x', [2, 3, 16, 16]);
  const weights = Object.entries(weightShapes).map(([name, shape]) => graph.input(name, shape));
  const options = [{ padding: 1 }, { padding: 1 }, { padding: 1, stride: 2 }, { padding: 1, groups: 32 }, {}];
  const y = weights.reduce((image, weight, index) => {
    const convolved = convolve(image, weight, options[index] ?? {});
    const filters = [weight.shape[0] ?? 1];
    const ones = graph.constant(float32(filters, new Float32Array(filters[0] ?? 1).fill(1)));
    return batchNormalise(convolved, ones, ones).y;
  }, x);
  const upstream = graph.input('upstream', y.shape);
  const gradients = differentiate(reduceSum(mul(y, upstream)), [x, ...weights]);
  const outputs: Record<string, Value> = { y };
  gradients.forEach((gradient, index) => {
    if (gradient) outputs[`gradient:${index}`] = gradient;
  });
  const model = lower(graph, { outputs, variables: 'inputs', blockSize, table });
  const session = await runtime.InferenceSession.create(model, runtime.sessionOptions);
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
