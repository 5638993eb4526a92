/** Who passes tiles through an ensemble, and in which ways: this thread (`predictorInThread`), or others. */
import type { Size } from './resize.js';
import type { View } from './test-time-augmentation.js';

/** How tiles go through an ensemble. Plain data, which other threads can be told. */
export interface TileWays {
  readonly channels: number;
  /** Number of classes with the background, at least 2. */
  readonly classes: number;
  /** Planes that a model returns behind those of the classes, each a logit of its own. */
  readonly separationPlanes: number;
  /** Size of a tile as the networks see it. */
  readonly tile: Size;
  /** The views in which each tile is seen. */
  readonly augmentations: readonly View[];
  /** Enlargements in which each tile is seen, beside every view. */
  readonly zooms: readonly number[];
  /** How much each model counts, 1 together. */
  readonly weights: readonly number[];
  /** The largest number of samples (a tile in one view) that a model gets at once. */
  readonly batchSize: number;
  /** Whether what each model says by itself is told as well. */
  readonly ballots: 'kept' | 'none';
}

export interface TilePredictor {
  /** How many batches it takes before it has answered the first of them. */
  readonly parallel: number;
  /** How many tiles make a batch. */
  readonly tilesInBatch: number;
  /**
   * Answers to some normalised tiles [n, C, H, W], which are not to be used any more. Of each tile come, one behind the
   * other, the mean over models and views of the probability of each class [K, H, W] and of the planes beside the
   * classes; and, where ballots are kept, the same of each model.
   */
  predict(tiles: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>>;
}

/** How many tiles fill a batch, each in all views. */
export function tilesInBatch({ batchSize, augmentations }: TileWays): number {
  return Math.max(1, Math.floor(batchSize / augmentations.length));
}

/** How many numbers a model returns of a tile in one view. */
export function outputSize({ classes, separationPlanes, tile }: TileWays): number {
  return (classes + separationPlanes) * tile.height * tile.width;
}

/** How many numbers answer a tile. */
export function answerSize(ways: TileWays): number {
  const voters = ways.ballots === 'kept' ? ways.weights.length : 0;
  return (1 + voters) * outputSize(ways);
}
