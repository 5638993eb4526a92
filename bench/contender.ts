/**
 * Our side of a comparison: `node contender.js WORK ENCODER THREADS [SIZE]`.
 *
 * `train` and `predict` are what `pytorch.py` does: a step and a prediction of four images of SIZE. `start` makes the
 * graph and the session of a training. `ensemble` predicts an image of 2048x2048 by five models with four flips; `bare`
 * runs one model once over as many tiles, with nothing but the runtime around it.
 */
import { createRandom, createTrainingSession, float32, Graph, type Tensor } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import {
  ALL_FLIPS,
  buildNetwork,
  encodeModelFile,
  openModel,
  type PredictionOptions,
  predictImage,
  type TileModel,
} from '@deepflash/segmentation';
import { serveTurns } from './protocol.js';
import { encoderNamed, randomImages, trainingWork } from './work.js';

const [, , work = 'train', encoderName = 'resnet34', threads = '2', side = '256'] = process.argv;
const network = { architecture: 'Unet', encoder: encoderNamed(encoderName), classes: 2 } as const;
const runtime = await nodeRuntime({ device: 'cpu', threads: Number(threads) });
const size = Number(side);
const batchSize = 4;
const imageSide = 2048;
const works: Readonly<Record<string, () => Promise<void>>> = { train, predict, start, ensemble, bare };
const chosen = works[work];
if (!chosen) throw new Error(`There is no work named ${work}.`);
await chosen();

async function train(): Promise<void> {
  const { graph, options, batch } = trainingWork(encoderName, size);
  const session = await createTrainingSession(runtime, graph, options);
  await serveTurns(async () => {
    await session.step(batch, { learningRate: 1e-3, momentum: 0.9 });
  });
}

async function predict(): Promise<void> {
  const shape = [batchSize, 1, size, size] as const;
  const images = randomImages(shape);
  const model = await opened();
  await serveTurns(async () => {
    await model.predict(images.data, shape);
  });
}

async function start(): Promise<void> {
  await serveTurns(async () => {
    const { graph, options } = trainingWork(encoderName, size);
    const session = await createTrainingSession(runtime, graph, options);
    await session.dispose();
  }, 1);
}

async function ensemble(): Promise<void> {
  const models = await Promise.all(Array.from({ length: 5 }, opened));
  const options = { ...prediction(models), augmentations: ALL_FLIPS };
  const image = largeImage();
  await serveTurns(async () => {
    await predictImage(image, options);
  }, 1);
}

async function bare(): Promise<void> {
  let tiles = 0;
  const counting: TileModel = {
    async predict(_, [samples, , height, width]) {
      tiles += samples;
      return new Float32Array(samples * 2 * height * width);
    },
  };
  await predictImage(largeImage(), prediction([counting]));
  const session = await runtime.InferenceSession.create(modelFile(), runtime.sessionOptions);
  const images = randomImages([batchSize, 1, size, size]);
  await serveTurns(async () => {
    for (let first = 0; first < tiles; first += batchSize) {
      const count = Math.min(batchSize, tiles - first);
      const numbers = images.data.subarray(0, count * size * size);
      await session.run({ images: new runtime.Tensor('float32', numbers, [count, 1, size, size]) });
    }
  }, 1);
}

function largeImage() {
  const { data } = randomImages([imageSide, imageSide]);
  return { channels: 1, height: imageSide, width: imageSide, data };
}

function prediction(models: readonly TileModel[]): PredictionOptions {
  return {
    models,
    classes: 2,
    tile: { height: size, width: size },
    means: [0],
    stds: [1],
    scale: 1,
    borderPadding: 0.25,
    maxShift: 0.5,
    weighting: 'gaussian',
    augmentations: ['none'],
    batchSize,
  };
}

function opened() {
  return openModel(runtime, modelFile());
}

function modelFile(): Uint8Array {
  return encodeModelFile(network, description(), initialWeights());
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
    tileSize: size,
    scale: 1,
    ...statistics,
  } as const;
}

function initialWeights(): Map<string, Tensor> {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, size, size]), { ...network, mode: 'evaluate' });
  return new Map(
    graph.variables.map(({ name, value, initialiser }) => [
      name,
      float32(value.shape, initialiser(value.shape, createRandom('bench', name))),
    ]),
  );
}
