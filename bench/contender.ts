/** Our side of the comparison with `pytorch.py`: `node contender.js train|predict ENCODER THREADS`. */
import { createRandom, createTrainingSession, float32, Graph, type Tensor } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { buildNetwork, encodeModelFile, openModel } from '@deepflash/segmentation';
import { serveTurns } from './protocol.js';
import { encoderNamed, randomImages, trainingWork } from './work.js';

const [, , work = 'train', encoderName = 'resnet34', threads = '2'] = process.argv;
const network = { architecture: 'Unet', encoder: encoderNamed(encoderName), classes: 2 } as const;
const shape = [4, 1, 256, 256] as const;
const runtime = await nodeRuntime({ device: 'cpu', threads: Number(threads) });

if (work === 'train') {
  const { graph, options, batch } = trainingWork(encoderName);
  const session = await createTrainingSession(runtime, graph, options);
  await serveTurns(async () => {
    await session.step(batch, { learningRate: 1e-3, momentum: 0.9 });
  });
} else {
  const images = randomImages(shape);
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
