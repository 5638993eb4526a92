/**
 * Evidence that nothing of a training step or a prediction on WebGPU is computed by the processor: opens the session of
 * every network, loss and optimiser with `session.disable_cpu_ep_fallback`, which refuses a graph of which anything
 * would be. Nothing is run, so SwiftShader will do (docs/decisions/webgpu.md): without a card, set VK_DRIVER_FILES and
 * VK_ICD_FILENAMES to the `vk_swiftshader_icd.json` of Chromium and XDG_RUNTIME_DIR to any folder.
 *
 *     node bench/dist/webgpu-placement.js            all of them, about ten minutes
 *     node bench/dist/webgpu-placement.js PAN        those whose line holds the word
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
  type Tensor,
} from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import {
  architectures,
  buildNetwork,
  type EncoderName,
  encodeEnsembleFile,
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
/** What of a case is opened. */
type Use = 'training' | 'prediction' | 'ensemble.onnx';
const uses: Readonly<Record<Use, (one: Case) => Promise<void>>> = {
  training: openTraining,
  prediction: openPrediction,
  'ensemble.onnx': openEnsembleFile,
};
const cases: readonly (readonly [Case, readonly Use[]])[] = [
  ...(Object.keys(architectures) as Case['architecture'][]).map(
    (architecture) =>
      [{ ...usual, architecture }, ['training', 'prediction', 'ensemble.onnx']] as [Case, Use[]],
  ),
  ...(Object.keys(encoders) as EncoderName[]).map(
    (encoder) => [{ ...usual, encoder }, ['training', 'prediction']] as [Case, Use[]],
  ),
  // These are no part of a prediction.
  ...(Object.keys(losses) as Case['loss'][]).map(
    (loss) => [{ ...usual, loss }, ['training']] as [Case, Use[]],
  ),
  ...Object.keys(OPTIMIZERS).map((optimizer) => [{ ...usual, optimizer }, ['training']] as [Case, Use[]]),
];

const [word = ''] = process.argv.slice(2);
const plain = await nodeRuntime({ device: 'webgpu' });
const extra = { session: { disable_cpu_ep_fallback: '1' } };
const runtime: Runtime = { ...plain, sessionOptions: { ...plain.sessionOptions, extra } };
let elsewhere = 0;
for (const [one, parts] of cases) {
  const name = `${one.architecture} ${one.encoder} ${one.loss} ${one.optimizer}`;
  if (!name.includes(word)) continue;
  process.stdout.write(`${name}:`);
  for (const use of parts) {
    const result = await opened(() => uses[use](one));
    if (use === 'training' && typeof result === 'string') elsewhere++;
    process.stdout.write(` ${use} ${told(result)};`);
  }
  process.stdout.write('\n');
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
  await openFile(encodeModelFile(network, describe(network), weightsOf(network)));
}

async function openEnsembleFile({ architecture, encoder }: Case): Promise<void> {
  const network = { architecture, encoder, classes: 2 };
  const ensemble = { weights: [0.5, 0.5], augmentation: 'flips' as const };
  const weights = weightsOf(network);
  await openFile(encodeEnsembleFile(network, { ...describe(network), ensemble }, [weights, weights]));
}

async function openFile(file: Uint8Array): Promise<void> {
  await (await openModel(runtime, file)).dispose();
}

type Network = Pick<Case, 'architecture' | 'encoder'> & { readonly classes: number };

function describe(network: Network) {
  const statistics = { means: [0], stds: [1], classValues: [0, 255] };
  return { schemaVersion: 1, ...network, channels: 1, tileSize: 128, scale: 1, ...statistics } as const;
}

function weightsOf(network: Network): Map<string, Tensor> {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 128, 128]), { ...network, mode: 'evaluate' });
  return new Map(
    graph.variables.map(({ name, value, initialiser }) => [
      name,
      float32(value.shape, initialiser(value.shape, createRandom(0, name))),
    ]),
  );
}
