import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { portableRuntime, type Runtime } from '../../runtime.js';
import { findBlockSize } from './block-size.js';

const runtime = portableRuntime(ort, 'cpu', { executionProviders: ['cpu'], intraOpNumThreads: 1 });

/** The runtime, whose models with blocked operators return what `change` makes of their results. */
function falsified(change: (name: string, numbers: Float32Array) => Float32Array): Runtime {
  const create = async (model: Uint8Array, options: ort.InferenceSession.SessionOptions) => {
    const session = await ort.InferenceSession.create(model, options);
    // The model that finds the block size has one result.
    if (!Buffer.from(model).includes('com.microsoft.nchwc') || session.outputNames.length === 1)
      return session;
    const run = async (feeds: ort.InferenceSession.FeedsType) => {
      const results = Object.entries(await session.run(feeds));
      return Object.fromEntries(
        results.map(([name, { data, dims }]) => [
          name,
          new ort.Tensor('float32', change(name, Float32Array.from(data as Float32Array)), dims),
        ]),
      );
    };
    return { run, release: () => session.release(), outputNames: session.outputNames };
  };
  return { ...runtime, InferenceSession: { create } as unknown as Runtime['InferenceSession'] };
}

it('is used only where blocked convolutions and their gradients are right', async () => {
  const size = await findBlockSize(runtime);
  expect(await findBlockSize(falsified((_, numbers) => numbers))).toBe(size);
  const swapped = (wrong: string) => (name: string, numbers: Float32Array) =>
    name === wrong ? numbers.reverse() : numbers;
  for (const wrong of ['y', 'gradient:0', 'gradient:2', 'gradient:4']) {
    expect(await findBlockSize(falsified(swapped(wrong))), wrong).toBeNull();
  }
});
