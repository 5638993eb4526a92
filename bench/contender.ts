/** Our side of the comparison with `pytorch.py`: `node contender.js train|predict ENCODER THREADS`. */
import {
  adam,
  createRandom,
  createTrainingSession,
  float32,
  Graph,
  int32,
  type Tensor,
} from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { buildNetwork, encodeModelFile, encoders, lossGraph, openModel } from '@deepflash/segmentation';
import { serveTurns } from './protocol.js';

const [, , work = 'train', encoderName = 'resnet34', threads = '2'] = process.argv;
const encoder = Object.keys(encoders).find((name): name is keyof typeof encoders => name === encoderName);
if (!encoder) throw new Error(`There is no encoder named ${encoderName}.`);
const network = { architecture: 'Unet', encoder, classes: 2 } as const;
const shape = [4, 1, 256, 256] as const;
const random = createRandom('bench');
const images = float32(
  shape,
  Array.from({ length: 4 * 256 * 256 }, () => random.normal()),
);
const runtime = await nodeRuntime({ device: 'cpu', threads: Number(threads) });

if (work === 'train') {
  const { graph, loss } = lossGraph(
    { ...network, batchSize: 4, tileSize: 256, loss: 'CrossEntropyDiceLoss' },
    1,
  );
  const session = await createTrainingSession(runtime, graph, { loss, optimizer: adam(), seed: 0 });
  const labels = int32(
    [4, 256, 256],
    images.data.map((value) => (value > 0.5 ? 1 : 0)),
  );
  await serveTurns(async () => {
    await session.step({ images, labels }, { learningRate: 1e-3, momentum: 0.9 });
  });
} else {
  const model = await openModel(runtime, encodeModelFile(network, description(), initialWeights()));
  await serveTurns(async () => {
    await model.predict(images.data, shape);
  });
}

function description() {
  const { architecture, classes } = network;
  const statistics = { means: [0], stds: [1], classValues: [0, 255] };
  return {
    schemaVersion: 1,
    architecture,
    encoder: encoderName,
    classes,
    channels: 1,
    tileSize: 256,
    scale: 1,
    ...statistics,
  } as const;
}

function initialWeights(): Map<string, Tensor> {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', shape), { ...network, mode: 'evaluate' });
  return new Map(
    graph.variables.map(({ name, value, initialiser }) => [
      name,
      float32(value.shape, initialiser(value.shape, createRandom('bench', name))),
    ]),
  );
}
