import { Graph } from '../../graph/graph.js';
import { applyOne } from '../../graph/operator.js';
import { encodeModel } from '../../onnx/model.js';
import { convolution, windowOf } from '../../ops/convolution.js';
import { type Runtime, toOrt } from '../../runtime.js';
import { float32, type Tensor } from '../../tensor.js';
import { lower } from '../lower.js';
import { LoweringTable } from '../lowering.js';
import { blockedConvolution } from './blocked-convolution.js';

/**
 * The block size of this processor's blocked layout: 16 with AVX-512, 8 with AVX2. ONNX Runtime does not tell, so it is
 * read from the order in which the channels of two pixels come out, and a small convolution is compared with the plain
 * one. Null where there is no such layout.
 */
export async function findBlockSize(runtime: Runtime): Promise<number | null> {
  const size = await channelsBeforeNextPixel(runtime).catch(() => null);
  if (size === null) return null;
  const [expected, found] = [await probe(runtime, null), await probe(runtime, size).catch(() => null)];
  const same = expected?.every((value, index) => Math.abs(value - (found?.[index] ?? Number.NaN)) < 1e-3);
  return same ? size : null;
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

async function probe(runtime: Runtime, blockSize: number | null): Promise<Float32Array | null> {
  const shape = [1, 32, 32, 32];
  const graph = new Graph();
  const x = graph.input('x', shape);
  const weight = graph.input('weight', [32, 32, 3, 3]);
  const y = applyOne(convolution, [x, weight], windowOf({ padding: 1 }));
  const table = new LoweringTable().prefer(convolution, blockedConvolution);
  const model = lower(graph, { outputs: { y }, variables: 'inputs', blockSize, table });
  const session = await runtime.InferenceSession.create(model, runtime.sessionOptions);
  const ramp = (size: number[], period: number): Tensor =>
    float32(
      size,
      Array.from({ length: size.reduce((a, b) => a * b) }, (_, index) => (index % period) / period - 0.5),
    );
  const feeds = { x: toOrt(runtime, ramp(shape, 101)), weight: toOrt(runtime, ramp([32, 32, 3, 3], 37)) };
  const { y: result } = await session.run(feeds);
  await session.release();
  return result?.data instanceof Float32Array ? result.data : null;
}
