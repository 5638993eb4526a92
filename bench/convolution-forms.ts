/**
 * Whether each convolution of a training step is computed in its best form: what a cost model that is measured on the
 * machine could gain at most over the fixed rules of the CPU's lowerings.
 *
 *     npm run build && node bench/dist/convolution-forms.js [ENCODER …]
 *
 * Every convolution of a U-Net with the encoder, batch 4 of 256x256, and both of its gradients are timed alone: by the CPU's
 * lowerings, blocked where they say so, the reordering of images counted, which a whole step is spared mostly; and by
 * ONNX's plain operators, as any device computes them. Prints the shapes for which plain is quicker, and the sums.
 */
import {
  convolve,
  createEvaluator,
  differentiate,
  float32,
  Graph,
  globalAveragePool,
  mul,
  portableRuntime,
  reduceSum,
  reshape,
  type Shape,
  type Tensor,
  type Value,
} from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { median } from './median.js';
import { trainingWork } from './work.js';

const THREADS = 2;
const ROUNDS = 5;
const directions = ['forward', 'input gradient', 'weight gradient'] as const;

interface Convolution {
  readonly x: Shape;
  readonly weight: Shape;
  readonly stride: number;
  readonly padding: number;
  /** How many of the network are alike. */
  readonly count: number;
}

const own = await nodeRuntime({ device: 'cpu', threads: THREADS });
const plain = portableRuntime(own, 'cpu', own.sessionOptions);
const encoders = process.argv.slice(2);
for (const encoder of encoders.length > 0 ? encoders : ['resnet34', 'mobilenet_v2', 'efficientnet-b0']) {
  await compare(encoder);
}

async function compare(encoder: string): Promise<void> {
  const sums = { own: 0, plain: 0, best: 0 };
  console.log(`U-Net with ${encoder}: convolutions that are quicker with plain operators`);
  for (const convolution of convolutionsOf(encoder)) {
    for (const direction of directions) {
      const graph = alone(convolution, direction);
      if (graph === undefined) continue;
      const [ours, portable] = await timesOf(graph);
      sums.own += convolution.count * ours;
      sums.plain += convolution.count * portable;
      sums.best += convolution.count * Math.min(ours, portable);
      if (portable < ours) {
        const { x, weight, stride, count } = convolution;
        console.log(
          `  ${direction}, ${x.join('x')} by ${weight.join('x')}, stride ${stride}, ${count} times: ${ours.toFixed(2)} ms, plain ${portable.toFixed(2)} ms`,
        );
      }
    }
  }
  const [ours, portable, best] = [sums.own, sums.plain, sums.best].map((one) => one.toFixed(0));
  const gain = (100 * (sums.own - sums.best)) / sums.own;
  console.log(
    `All alone, one after the other: ${ours} ms, plain ${portable} ms, each in the quicker form ${best} ms: ${gain.toFixed(1)} % less.`,
  );
}

/** The different convolutions of a training step. All of them keep the size of the image but for their stride. */
function convolutionsOf(encoder: string): Convolution[] {
  const found = new Map<string, Convolution>();
  for (const { operator, inputs, outputs } of trainingWork(encoder).graph.nodes) {
    const [x, weight] = inputs;
    if (operator !== 'Convolution' || !x || !weight) continue;
    const stride = Math.round((x.shape[2] ?? 0) / (outputs[0]?.shape[2] ?? 1));
    const padding = ((weight.shape[2] ?? 1) - 1) / 2;
    const key = `${x.shape} ${weight.shape} ${stride}`;
    const count = (found.get(key)?.count ?? 0) + 1;
    found.set(key, { x: x.shape, weight: weight.shape, stride, padding, count });
  }
  return [...found.values()];
}

interface Alone {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
}

/** One convolution, or one of its gradients; undefined for the gradient of the image itself, which nobody needs. */
function alone(
  { x: shape, weight: weights, stride, padding }: Convolution,
  direction: (typeof directions)[number],
): Alone | undefined {
  if (direction === 'input gradient' && shape[1] === 1) return undefined;
  const graph = new Graph();
  const [x, weight] = [graph.input('x', shape), graph.input('weight', weights)];
  const y = convolve(x, weight, { stride, padding, groups: (shape[1] ?? 1) / (weights[1] ?? 1) });
  // A mean of each channel lets the result stay as it lies.
  if (direction === 'forward') return { graph, outputs: { y: globalAveragePool(y) } };
  const arriving = graph.input('gradient', y.shape);
  const loss = reshape(reduceSum(mul(y, arriving), [0, 1, 2, 3]), []);
  const [gradient] = differentiate(loss, [direction === 'weight gradient' ? weight : x]);
  if (!gradient) throw new Error('A convolution has gradients.');
  return { graph, outputs: { y: direction === 'weight gradient' ? gradient : globalAveragePool(gradient) } };
}

/** Milliseconds by our lowerings and by plain operators, turn by turn. */
async function timesOf({ graph, outputs }: Alone): Promise<readonly [number, number]> {
  const feeds: Record<string, Tensor> = {};
  for (const { name, value } of graph.inputs) feeds[name] = waves(value.shape);
  const evaluators = await Promise.all(
    [own, plain].map((runtime) => createEvaluator(runtime, graph, outputs)),
  );
  const times: [number[], number[]] = [[], []];
  for (let round = -2; round < ROUNDS; round++) {
    for (const [index, evaluator] of evaluators.entries()) {
      const start = performance.now();
      await evaluator.run(feeds);
      if (round >= 0) times[index]?.push(performance.now() - start);
    }
  }
  for (const evaluator of evaluators) await evaluator.dispose();
  return [median(times[0]), median(times[1])];
}

function waves(shape: Shape): Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return float32(
    shape,
    Float32Array.from({ length }, (_, i) => Math.sin(i)),
  );
}
