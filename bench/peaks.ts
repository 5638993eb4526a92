/** What this machine can do at best, in ONNX Runtime: the measure for all else. */
import {
  convolve,
  createEvaluator,
  type Evaluator,
  float32,
  Graph,
  type Runtime,
  sizeOf,
  sub,
  type Tensor,
} from '@deepflash/engine';
import { median } from './median.js';

export interface Peaks {
  /** Of a large blocked convolution. */
  readonly gigaflops: number;
  /** Read and written by a node that copies. */
  readonly gigabytes: number;
}

export async function machinePeaks(runtime: Runtime): Promise<Peaks> {
  const graph = new Graph();
  const image = [4, 128, 64, 64];
  const x = graph.input('x', image);
  const weight = graph.input('weight', [128, 128, 3, 3]);
  // Several in a row stay in the blocked layout, so that reordering hardly counts.
  let y = x;
  for (let layer = 0; layer < 4; layer++) y = convolve(y, weight, { padding: 1 });
  const convolutions = await createEvaluator(runtime, graph, { y });
  const feeds = { x: zeros(image), weight: zeros([128, 128, 3, 3]) };
  const gigaflop = (4 * 2 * sizeOf(image) * 128 * 9) / 1e9;
  const gigaflops = gigaflop / (await medianSeconds(convolutions, feeds));

  const copyGraph = new Graph();
  const long = [1 << 25];
  const moved = sub(copyGraph.input('x', long), 1);
  const copy = await createEvaluator(runtime, copyGraph, { y: moved });
  const gigabytes = (8 * sizeOf(long)) / 1e9 / (await medianSeconds(copy, { x: zeros(long) }));
  return { gigaflops, gigabytes };
}

function zeros(shape: readonly number[]): Tensor {
  return float32(shape, new Float32Array(sizeOf(shape)));
}

async function medianSeconds(evaluator: Evaluator, feeds: Readonly<Record<string, Tensor>>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 9; run++) {
    const start = performance.now();
    await evaluator.run(feeds);
    if (run >= 2) times.push((performance.now() - start) / 1000);
  }
  await evaluator.dispose();
  return median(times);
}
