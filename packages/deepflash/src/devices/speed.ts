import { convolve, createEvaluator, float32, Graph } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';

/** Devices that ONNX Runtime for Node can compute on. */
export const DEVICES = ['cpu', 'webgpu', 'cuda'] as const;
export type DeviceName = (typeof DEVICES)[number];

/** One convolution as in the middle of a network: 3x3, 64 to 64 channels, 128x128 pixels. */
const CHANNELS = 64;
const SIDE = 128;
const FLOPS = 2 * 9 * CHANNELS ** 2 * SIDE ** 2;
const RUNS = 12;

/** How many 10^9 multiplications and additions a second a device does in a convolution; throws where it has none. */
export async function convolutionSpeed(device: DeviceName): Promise<number> {
  const runtime = await nodeRuntime({ device });
  const graph = new Graph();
  const x = graph.input('x', [1, CHANNELS, SIDE, SIDE]);
  const weight = graph.input('weight', [CHANNELS, CHANNELS, 3, 3]);
  const evaluator = await createEvaluator(runtime, graph, { y: convolve(x, weight, { padding: 1 }) });
  const feeds = { x: float32(x.shape), weight: float32(weight.shape) };
  try {
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await evaluator.run(feeds);
      best = Math.min(best, (performance.now() - start) / 1000);
    }
    return FLOPS / best / 1e9;
  } finally {
    await evaluator.dispose();
  }
}
