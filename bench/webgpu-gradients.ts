/**
 * Evidence that a step on WebGPU differs from one on the processor by rounding alone: the gradients of a U-Net's
 * parameters there, by the processor's own lowerings, by WebGPU's on the processor, and by the portable ones with an
 * image that was changed in its sixth digit. Each is compared with those of the portable lowerings
 * (docs/decisions/webgpu.md). Without a card, set the variables that `webgpu-placement.ts` names; SwiftShader takes some
 * minutes.
 *
 *     node bench/dist/webgpu-gradients.js [SIDE [BATCH [ENCODER]]]     64 2 resnet18
 *     node bench/dist/webgpu-gradients.js 64 2 resnet18 processor      without WebGPU
 */
import {
  createEvaluator,
  createRandom,
  differentiate,
  float32,
  int32,
  portableRuntime,
  type Runtime,
  sizeOf,
  type Tensor,
} from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { lossGraph } from '@deepflash/segmentation';
import { median } from './median.js';
import { encoderNamed } from './work.js';

const [side = '64', batch = '2', encoder = 'resnet18', where = 'webgpu'] = process.argv.slice(2);
const plan = {
  ...({ architecture: 'Unet', classes: 2, loss: 'CrossEntropyDiceLoss' } as const),
  ...{ encoder: encoderNamed(encoder), batchSize: Number(batch), tileSize: Number(side) },
};
const shape = [plan.batchSize, plan.tileSize, plan.tileSize];
const random = createRandom('bench', '0');
const grey = Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
const given = {
  images: float32([plan.batchSize, 1, plan.tileSize, plan.tileSize], grey),
  labels: int32(
    shape,
    grey.map((value) => Number(value > 0.5)),
  ),
};
const nudged = float32(
  given.images.shape,
  given.images.data.map((value, index) => value * (1 + 1e-6 * Math.sin(77 * index))),
);

const own = await nodeRuntime({ device: 'cpu', threads: 1 });
const portable = portableRuntime(own, 'cpu', own.sessionOptions);
const reference = await gradientsOf(portable, given.images);
tell('portable lowerings', reference);
tell('the same, images changed by 1e-6', await gradientsOf(portable, nudged));
tell("the processor's lowerings", await gradientsOf(own, given.images));
if (where === 'webgpu') {
  const webgpu = await nodeRuntime({ device: 'webgpu' });
  const forms = { ...portable, lowerings: webgpu.lowerings };
  tell("WebGPU's lowerings on the processor", await gradientsOf(forms, given.images));
  tell('WebGPU', await gradientsOf(webgpu, given.images));
}

interface Gradients {
  readonly loss: number;
  readonly parameters: ReadonlyMap<string, Float32Array>;
}

async function gradientsOf(runtime: Runtime, images: Tensor): Promise<Gradients> {
  const { graph, loss } = lossGraph(plan, 1);
  const parameters = graph.variables.filter(({ kind }) => kind === 'parameter');
  const found = differentiate(
    loss,
    parameters.map(({ value }) => value),
  );
  const prefix = 'gradient of ';
  const outputs = Object.fromEntries(
    parameters.flatMap(({ name }, index) => {
      const gradient = found[index];
      return gradient ? [[prefix + name, gradient] as const] : [];
    }),
  );
  const initial = graph.variables.map(({ name, value, initialiser }) => [
    name,
    float32(value.shape, initialiser(value.shape, createRandom(0, name))),
  ]);
  const evaluator = await createEvaluator(runtime, graph, { loss, ...outputs }, { optimisations: 'none' });
  const results = await evaluator.run({ ...given, images, ...Object.fromEntries(initial) });
  await evaluator.dispose();
  const numbers = Object.entries(results).map(
    ([name, { data }]) => [name, Float32Array.from(data, Number)] as const,
  );
  return {
    loss: Number(results.loss?.data[0]),
    parameters: new Map(numbers.filter(([name]) => name.startsWith(prefix))),
  };
}

/** The norm of all gradients, how far they are from the reference as a part of it, and the same of each parameter. */
function tell(name: string, { loss, parameters }: Gradients): void {
  const apart = [...parameters].map(([parameter, numbers]) => {
    const others = reference.parameters.get(parameter) ?? new Float32Array(numbers.length);
    const difference = squares(numbers.map((value, index) => value - (others[index] ?? 0)));
    return { difference, size: squares(others) };
  });
  const total = (of: 'difference' | 'size') => apart.reduce((sum, entry) => sum + entry[of], 0);
  const each = apart.map(({ difference, size }) => Math.sqrt(difference / size)).filter(Number.isFinite);
  const norm = Math.sqrt([...parameters.values()].reduce((sum, numbers) => sum + squares(numbers), 0));
  console.log(
    `${name}: loss ${loss.toFixed(6)}, norm ${norm.toPrecision(6)}, apart by ` +
      `${Math.sqrt(total('difference') / total('size')).toExponential(1)} (of one parameter ` +
      `${median(each).toExponential(1)} in the median, ${Math.max(...each).toExponential(1)} at most)`,
  );
}

function squares(numbers: Float32Array): number {
  return numbers.reduce((sum, value) => sum + value * value, 0);
}
