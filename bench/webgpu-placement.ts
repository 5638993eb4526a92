/**
 * Evidence that nothing of a training step or a prediction on WebGPU is computed by the processor: opens the session of
 * every network, loss and optimiser with `session.disable_cpu_ep_fallback`, which refuses a graph of which anything
 * would be. Nothing is run, so SwiftShader will do (docs/decisions/webgpu.md).
 *
 *     node bench/dist/webgpu-placement.js            all of them, about ten minutes
 *     node bench/dist/webgpu-placement.js resnet18   those whose line holds the word
 */
import {
  adam,
  adamW,
  createRandom,
  createTrainingSession,
  float32,
  Graph,
  lamb,
  larc,
  type Optimizer,
  qhAdam,
  type Runtime,
  rAdam,
  ranger,
  rmsProp,
  sgd,
} from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import {
  architectures,
  buildNetwork,
  type EncoderName,
  encodeModelFile,
  encoders,
  losses,
  lossGraph,
  type NetworkOptions,
  openModel,
  type TrainingPlan,
} from '@deepflash/segmentation';

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  ...{ adam, adamW, lamb, larc, qhAdam, rAdam, ranger, rmsProp, sgd },
};

interface Case {
  readonly architecture: NetworkOptions['architecture'];
  readonly encoder: EncoderName;
  readonly loss: TrainingPlan['loss'];
  readonly optimizer: string;
}

const usual: Case = {
  architecture: 'Unet',
  encoder: 'resnet18',
  loss: 'CrossEntropyDiceLoss',
  optimizer: 'adam',
};
const cases: readonly Case[] = [
  ...(Object.keys(architectures) as Case['architecture'][]).map((architecture) => ({
    ...usual,
    architecture,
  })),
  ...(Object.keys(encoders) as EncoderName[]).map((encoder) => ({ ...usual, encoder })),
  ...(Object.keys(losses) as Case['loss'][]).map((loss) => ({ ...usual, loss })),
  ...Object.keys(OPTIMIZERS).map((optimizer) => ({ ...usual, optimizer })),
];

const [word = ''] = process.argv.slice(2);
const plain = await nodeRuntime({ device: 'webgpu' });
const extra = { session: { disable_cpu_ep_fallback: '1' } };
const runtime: Runtime = { ...plain, sessionOptions: { ...plain.sessionOptions, extra } };
let elsewhere = 0;
for (const one of cases) {
  const name = `${one.architecture} ${one.encoder} ${one.loss} ${one.optimizer}`;
  if (!name.includes(word)) continue;
  const [training, prediction] = [
    await opened(() => openTraining(one)),
    await opened(() => openPrediction(one)),
  ];
  if (typeof training === 'string') elsewhere++;
  process.stdout.write(`${name}: training ${told(training)}, prediction ${told(prediction)}\n`);
}
process.stdout.write(`Trainings with something on the processor: ${elsewhere}\n`);
process.exitCode = elsewhere === 0 ? 0 : 1;

function told(result: number | string): string {
  return typeof result === 'number' ? `all on WebGPU (opened in ${result.toFixed(1)} s)` : result;
}

/** Seconds, or what is said against it. */
async function opened(open: () => Promise<void>): Promise<number | string> {
  const start = performance.now();
  try {
    await open();
    return (performance.now() - start) / 1000;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return /fallback/i.test(message) ? 'partly on the processor' : `fails (${message.split('\n')[0]})`;
  }
}

async function openTraining({ loss: lossName, optimizer, ...network }: Case): Promise<void> {
  const { graph, loss } = lossGraph(
    { ...network, loss: lossName, batchSize: 2, tileSize: 128, classes: 2 },
    1,
  );
  const make = OPTIMIZERS[optimizer] ?? adam;
  const session = await createTrainingSession(runtime, graph, { loss, optimizer: make(), seed: 0 });
  await session.dispose();
}

async function openPrediction({ architecture, encoder }: Case): Promise<void> {
  const network = { architecture, encoder, classes: 2 };
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 128, 128]), { ...network, mode: 'evaluate' });
  const weights = new Map(
    graph.variables.map(({ name, value, initialiser }) => [
      name,
      float32(value.shape, initialiser(value.shape, createRandom(0, name))),
    ]),
  );
  const description = { schemaVersion: 1, ...network, channels: 1, tileSize: 128, scale: 1 } as const;
  const file = encodeModelFile(
    network,
    { ...description, means: [0], stds: [1], classValues: [0, 255] },
    weights,
  );
  await (await openModel(runtime, file)).dispose();
}
