/**
 * Our side of a comparison: `node contender.js WORK ENCODER THREADS [SIZE] [IMAGE-SIDE]`.
 *
 * `train` and `predict` are what `pytorch.py` does: a step and a prediction of four images of SIZE. `start` makes the
 * graph and the session of a training. `ensemble` predicts an image of 2048x2048, or of another side, by five models with
 * four flips, and `whole` by one without, as `deepflash predict` does; `bare` runs one model once over as many tiles, with
 * nothing but the runtime around it, whose threads wait for each other as it likes best. They warm up on an image that is
 * one tile large.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, createTrainingSession, float32, Graph, type Tensor } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import {
  type Augmentation,
  buildNetwork,
  encodeModelFile,
  openModel,
  type Planes,
  type PredictionOptions,
  predictImage,
  predictRowsWithModels,
  rowsOf,
  type TileModel,
} from '@deepflash/segmentation';
import { openEnsembleInThreads } from 'deepflash';
import { serveTurns } from './protocol.js';
import { encoderNamed, randomImages, trainingWork } from './work.js';

const [, , work = 'train', encoderName = 'resnet34', threads = '2', side = '256', imageSide = '2048'] =
  process.argv;
const network = { architecture: 'Unet', encoder: encoderNamed(encoderName), classes: 2 } as const;
const runtime = await nodeRuntime({ device: 'cpu', threads: Number(threads) });
const size = Number(side);
const batchSize = 4;
const works: Readonly<Record<string, () => Promise<void>>> = {
  ...{ train, predict, start, bare },
  ensemble: () => whole(5, 'flips'),
  whole: () => whole(1, 'none'),
};
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

async function whole(count: number, augmentation: Augmentation): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-bench-'));
  const files = Array.from({ length: count }, (_, index) => join(folder, `${index + 1}.onnx`));
  for (const file of files) writeFileSync(file, modelFile());
  const { models, openPredictor, dispose } = await openEnsembleInThreads(runtime, files, {
    cores: Number(threads),
  });
  const ways = { augmentation, ...(openPredictor === undefined ? {} : { openPredictor }) };
  const predicted = (image: Planes) => predictRowsWithModels(rowsOf(image), models, ways, () => undefined);
  await predicted(imageOf(size));
  const image = imageOf(Number(imageSide));
  await serveTurns(() => predicted(image), 0);
  await dispose();
  await rm(folder, { recursive: true });
}

async function bare(): Promise<void> {
  let tiles = 0;
  const counting: TileModel = {
    async predict(_, [samples, , height, width]) {
      tiles += samples;
      return new Float32Array(samples * 2 * height * width);
    },
  };
  await predictImage(imageOf(Number(imageSide)), prediction([counting]));
  const { extra: _, ...defaults } = runtime.sessionOptions;
  const session = await runtime.InferenceSession.create(modelFile(), defaults);
  const images = randomImages([batchSize, 1, size, size]);
  const predicted = async (wanted: number) => {
    for (let first = 0; first < wanted; first += batchSize) {
      const count = Math.min(batchSize, wanted - first);
      const numbers = images.data.subarray(0, count * size * size);
      await session.run({ images: new runtime.Tensor('float32', numbers, [count, 1, size, size]) });
    }
  };
  await predicted(2 * batchSize);
  await serveTurns(() => predicted(tiles), 0);
}

function imageOf(length: number): Planes {
  const { data } = randomImages([length, length]);
  return { channels: 1, height: length, width: length, data };
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
