import type { TileWeighting } from './gaussian-window.js';
import type { TileNormalisation } from './read-tile.js';
import type { TileModel } from './tile-model.js';
import type { TilePredictor, TileWays } from './tile-predictor.js';
import type { TileLayout } from './tiles.js';

/** Of the ways in which tiles are seen those that have no defaults; the tile has even numbers of pixels. */
type GivenWays = Pick<TileWays, 'classes' | 'tile' | 'augmentations' | 'batchSize'>;

export interface PredictionOptions extends GivenWays, TileNormalisation, TileLayout {
  /** The ensemble; all see the same tiles. */
  readonly models: readonly TileModel[];
  /** How much each model counts, 1 together. Default: all the same. */
  readonly weights?: readonly number[];
  /** Planes that a model returns behind those of the classes, each a logit of its own. Default: 0. */
  readonly separationPlanes?: number;
  /** Enlargements in which each tile is seen, beside every view; 2 is twice as large. Default: 1 alone. */
  readonly zooms?: readonly number[];
  /** Pixels of the image for one pixel of a tile: 2 halves the resolution that the networks see. */
  readonly scale: number;
  readonly weighting: TileWeighting;
  /** Whether each model's own mask is told as well. Default: no. */
  readonly ballots?: 'kept' | 'none';
  /** Hands on only what these rows of tiles finish, counted from 0. Default: all. */
  readonly tileRows?: TileRows;
  /** Who passes the tiles through the models. Default: this thread. */
  readonly openPredictor?: (ways: TileWays) => TilePredictor;
  readonly signal?: AbortSignal;
  /** Called after each finished tile. */
  readonly onTile?: (done: number, total: number) => void;
}

/** Rows of tiles from `first` to before `end`. */
export interface TileRows {
  readonly first: number;
  readonly end: number;
}

/** How the tiles of an image go through the models. */
export function waysOf(image: { readonly channels: number }, options: PredictionOptions): TileWays {
  const { models, classes, tile, augmentations, batchSize } = options;
  const { separationPlanes = 0, zooms = [1], ballots = 'none' } = options;
  const { weights = models.map(() => 1 / models.length) } = options;
  const { channels } = image;
  return { channels, classes, separationPlanes, tile, augmentations, zooms, weights, batchSize, ballots };
}

/** Throws a RangeError for options that do not go together, or not with the image. */
export function checkOptions(
  image: { readonly channels: number; readonly height: number; readonly width: number },
  options: PredictionOptions,
): void {
  const { augmentations, batchSize, classes, means, models, scale, stds } = options;
  const demand = (met: boolean, sentence: string): void => {
    if (!met) throw new RangeError(sentence);
  };
  demand(image.height >= 1 && image.width >= 1, 'The image has no pixels.');
  demand(
    means.length === image.channels && stds.length === image.channels,
    `The networks were trained with ${means.length} channels, but the image has ${image.channels}.`,
  );
  demand(means.every(Number.isFinite), 'The channel means must be numbers.');
  demand(
    stds.every((std) => std > 0),
    'The channel standard deviations must be above 0.',
  );
  demand(models.length > 0 && augmentations.length > 0, 'A prediction needs a model and an augmentation.');
  demand(
    Number.isInteger(classes) && classes >= 2 && classes <= 256,
    `The number of classes must be from 2 to 256, not ${classes}.`,
  );
  demand(
    Number.isInteger(batchSize) && batchSize >= 1,
    `The batch size must be 1 or more, not ${batchSize}.`,
  );
  demand(Number.isFinite(scale) && scale > 0, `The scale must be above 0, not ${scale}.`);
}
