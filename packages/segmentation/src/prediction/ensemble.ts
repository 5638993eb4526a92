/**
 * Tiles through an ensemble: each tile in every view through every model, in batches. What comes out, tile after tile, is
 * the mean softmax over views and models, weighted where models are.
 */
import type { Planes } from '../sampling/planes.js';
import { type Normalisation, readTile } from './read-tile.js';
import type { Size } from './resize.js';
import { addSigmoid, addSoftmax } from './softmax.js';
import { copyViewed, type View, viewWalk, walkBack } from './test-time-augmentation.js';
import { ModelOutputError, type TileBatchShape, type TileModel } from './tile-model.js';
import { zoomedModel } from './zoom.js';

export interface EnsembleOptions extends Normalisation {
  /** The ensemble; all see the same tiles. */
  readonly models: readonly TileModel[];
  /** How much each model counts, 1 together. Default: all the same. */
  readonly weights?: readonly number[];
  /** Number of classes with the background, at least 2. */
  readonly classes: number;
  /** Planes that a model returns behind those of the classes, each a logit of its own. Default: 0. */
  readonly separationPlanes?: number;
  /** Size of a tile as the networks see it; even numbers of pixels. */
  readonly tile: Size;
  /** The views in which each tile is seen; without test-time augmentation `['none']`. */
  readonly augmentations: readonly View[];
  /** Enlargements in which each tile is seen, beside every view; 2 is twice as large. Default: 1 alone. */
  readonly zooms?: readonly number[];
  /** The largest number of samples (a tile in one view) that a model gets at once. */
  readonly batchSize: number;
  readonly signal?: AbortSignal;
}

/** The image pixels, by row and column, from which a tile is read. */
export interface TilePositions {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** What an ensemble says of a tile. The arrays are used again for the next tile. */
export interface TileAnswer {
  /** Mean probability of each class [K, H, W], and behind them the mean of the planes beside the classes. */
  readonly mean: Float32Array;
  /** The same of each model alone. */
  readonly ofModels: readonly Float32Array[];
}

/** Calls `finished` for each tile in turn. */
export async function predictTiles(
  planes: Planes,
  tiles: readonly TilePositions[],
  options: EnsembleOptions,
  finished: (tile: number, answer: TileAnswer) => void,
): Promise<void> {
  const { augmentations, classes, models, signal, zooms = [1], separationPlanes = 0 } = options;
  const { height, width } = options.tile;
  const shape = { channels: planes.channels, classes, height, width };
  const views = augmentations.length;
  const walks = augmentations.map((view) => viewWalk(view, height, width));
  const walksBack = augmentations.map((view) => walkBack(view, height, width));
  const samples = tiles.length * views;
  const batchSize = Math.min(options.batchSize, samples);
  const inputSize = planes.channels * height * width;
  const ofClasses = classes * height * width;
  const outputSize = ofClasses + separationPlanes * height * width;
  const batch = new Float32Array(batchSize * inputSize);
  const plain = new Float32Array(inputSize);
  const { weights = models.map(() => 1 / models.length) } = options;
  const sums = models.map(() => new Float32Array(outputSize));
  const zoomed = zooms.map((zoom) => models.map((model) => zoomedModel(model, options, zoom)));
  const share = 1 / (views * zooms.length);

  for (let first = 0; first < samples; first += batchSize) {
    signal?.throwIfAborted();
    const count = Math.min(batchSize, samples - first);
    for (let i = 0; i < count; i++) {
      const view = (first + i) % views;
      if (view === 0) {
        const { rows, columns } = tiles[(first + i) / views] as TilePositions;
        readTile(planes, rows, columns, options, plain);
      }
      copyViewed(plain, shape, walks[view] as (typeof walks)[number], batch, i * inputSize);
    }
    const batchShape = [count, planes.channels, height, width] as const;
    const answers: Float32Array[][] = [];
    for (const ensemble of zoomed) {
      answers.push(
        await runModels(ensemble, classes, batch.subarray(0, count * inputSize), batchShape, outputSize),
      );
    }

    for (let i = 0; i < count; i++) {
      const view = (first + i) % views;
      const walk = walksBack[view] as (typeof walksBack)[number];
      for (const [model, sum] of sums.entries()) {
        if (view === 0) sum.fill(0);
        for (const logits of answers) {
          const values = logits[model] as Float32Array;
          const isSound =
            addSoftmax(values, i * outputSize, shape, walk, sum, share) &&
            addSigmoid(values, i * outputSize + ofClasses, shape, walk, sum.subarray(ofClasses), share);
          if (!isSound) {
            throw new ModelOutputError(model, 'returned values that are no numbers', 'train it again');
          }
        }
      }
      if (view < views - 1) continue;
      finished(Math.floor((first + i) / views), { mean: weightedMean(sums, weights), ofModels: sums });
    }
  }
}

function weightedMean(values: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const [only] = values;
  if (values.length === 1 && only && weights[0] === 1) return only;
  const mean = new Float32Array(only?.length ?? 0);
  for (const [model, ofModel] of values.entries()) {
    const weight = weights[model] ?? 0;
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + weight * (ofModel[i] as number);
  }
  return mean;
}

async function runModels(
  models: readonly TileModel[],
  classes: number,
  batch: Float32Array,
  shape: TileBatchShape,
  outputSize: number,
): Promise<Float32Array[]> {
  const outputs: Float32Array[] = [];
  const expected = shape[0] * outputSize;
  for (const [index, model] of models.entries()) {
    const logits = await model.predict(batch, shape);
    if (logits.length !== expected) {
      throw new ModelOutputError(
        index,
        `returned ${logits.length} values instead of ${expected}`,
        `it must tell ${classes} classes apart and keep the size of its input`,
      );
    }
    outputs.push(logits);
  }
  return outputs;
}
