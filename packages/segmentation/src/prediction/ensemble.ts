/**
 * Tiles through an ensemble: each tile in every flip through every model, in batches. What comes out, tile
 * after tile, is the mean softmax over flips and models, weighted where models are.
 */
import type { Planes } from '../sampling/planes.js';
import { type Normalisation, readTile } from './read-tile.js';
import type { Size } from './resize.js';
import { addSoftmax } from './softmax.js';
import { copyFlipped, type Flip, flipWalk } from './test-time-augmentation.js';
import { ModelOutputError, type TileBatchShape, type TileModel } from './tile-model.js';

export interface EnsembleOptions extends Normalisation {
  /** The ensemble; all see the same tiles. */
  readonly models: readonly TileModel[];
  /** How much each model counts, 1 together. Default: all the same. */
  readonly weights?: readonly number[];
  /** Number of classes with the background, at least 2. */
  readonly classes: number;
  /** Size of a tile as the networks see it; even numbers of pixels. */
  readonly tile: Size;
  /** The flips in which each tile is seen; without test-time augmentation `['none']`. */
  readonly augmentations: readonly Flip[];
  /** The largest number of samples (a tile in one flip) that a model gets at once. */
  readonly batchSize: number;
  readonly signal?: AbortSignal;
}

/** The image pixels, by row and column, from which a tile is read. */
export interface TilePositions {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/**
 * Calls `finished` for each tile in turn with its mean probabilities [K, H, W], an array that is used again
 * for the next tile.
 */
export async function predictTiles(
  planes: Planes,
  tiles: readonly TilePositions[],
  options: EnsembleOptions,
  finished: (tile: number, mean: Float32Array) => void,
): Promise<void> {
  const { augmentations, classes, models, signal } = options;
  const { height, width } = options.tile;
  const shape = { channels: planes.channels, classes, height, width };
  const walks = augmentations.map((flip) => flipWalk(flip, height, width));
  const flips = augmentations.length;
  const samples = tiles.length * flips;
  const batchSize = Math.min(options.batchSize, samples);
  const inputSize = planes.channels * height * width;
  const outputSize = classes * height * width;
  const batch = new Float32Array(batchSize * inputSize);
  const plain = new Float32Array(inputSize);
  const sums = new Float32Array(outputSize);
  const { weights = models.map(() => 1 / models.length) } = options;

  for (let first = 0; first < samples; first += batchSize) {
    signal?.throwIfAborted();
    const count = Math.min(batchSize, samples - first);
    for (let i = 0; i < count; i++) {
      const flip = (first + i) % flips;
      if (flip === 0) {
        const { rows, columns } = tiles[(first + i) / flips] as TilePositions;
        readTile(planes, rows, columns, options, plain);
      }
      copyFlipped(plain, shape, augmentations[flip] as Flip, batch, i * inputSize);
    }
    const logits = await runModels(options, batch.subarray(0, count * inputSize), [
      count,
      planes.channels,
      height,
      width,
    ]);

    for (let i = 0; i < count; i++) {
      const flip = (first + i) % flips;
      if (flip === 0) sums.fill(0);
      for (const [model, values] of logits.entries()) {
        const share = (weights[model] ?? 0) / flips;
        if (!addSoftmax(values, i * outputSize, shape, walks[flip] as (typeof walks)[number], sums, share)) {
          throw new ModelOutputError(model, 'returned values that are no numbers', 'train it again');
        }
      }
      if (flip === flips - 1) {
        finished(Math.floor((first + i) / flips), sums);
      }
    }
  }
}

async function runModels(
  { models, classes }: EnsembleOptions,
  batch: Float32Array,
  shape: TileBatchShape,
): Promise<Float32Array[]> {
  const expected = shape[0] * classes * shape[2] * shape[3];
  const outputs: Float32Array[] = [];
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
