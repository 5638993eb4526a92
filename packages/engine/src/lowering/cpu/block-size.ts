import { Graph } from '../../graph/graph.js';
import { applyOne } from '../../graph/operator.js';
import { convolution, windowOf } from '../../ops/convolution.js';
import { type Runtime, toOrt } from '../../runtime.js';
import { float32, type Tensor } from '../../tensor.js';
import { lower } from '../lower.js';
import { LoweringTable } from '../lowering.js';
import { blockedConvolution } from './blocked-convolution.js';

/**
 * The block size of this processor's blocked layout: 16 with AVX-512, 8 with AVX2. ONNX Runtime does not tell, so a
 * small convolution is computed with each and compared with the plain one. Null where none is right.
 */
export async function findBlockSize(runtime: Runtime): Promise<number | null> {
  const expected = await probe(runtime, null);
  for (const size of [16, 8]) {
    const found = await probe(runtime, size).catch(() => null);
    if (found && expected?.every((value, index) => Math.abs(value - (found[index] ?? Number.NaN)) < 1e-3))
      return size;
  }
  return null;
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
