import type { ModelDescription, SegmentationModel } from '../models/model-file.js';
import { separationPlanes } from '../networks/separation-head.js';
import type { Planes } from '../sampling/planes.js';
import { channelStatistics, statisticsOf } from '../sampling/statistics.js';
import type { PlaneRows } from './plane-rows.js';
import { type Prediction, predictImage } from './predict-image.js';
import { finishedRows, predictRows } from './predict-rows.js';
import type { PredictedRows } from './predicted-rows.js';
import type { PredictionOptions, TileRows } from './prediction-options.js';
import type { Normalisation } from './read-tile.js';
import { ALL_FLIPS, ALL_VIEWS, type View } from './test-time-augmentation.js';
import type { TilePredictor, TileWays } from './tile-predictor.js';
import { type Combination, combinedRows } from './vote.js';

/** In which views each tile is seen. */
export type Augmentation = 'flips' | 'turns' | 'none';

export interface WholeImageOptions {
  /** Average over the four combinations of flips, over these and quarter turns, or take the image as it is. */
  readonly augmentation: Augmentation;
  /** Enlargements in which each tile is seen beside. Default: 1 alone. */
  readonly zooms?: readonly number[];
  /** How the masks of several models become one. Default: mean, the class with the largest mean probability. */
  readonly combine?: Combination;
  /** How much each model counts, 1 together. Default: all the same. */
  readonly weights?: readonly number[];
  /** Who passes the tiles through the models. Default: this thread. */
  readonly openPredictor?: (ways: TileWays) => TilePredictor;
  readonly signal?: AbortSignal;
  readonly onTile?: (done: number, total: number) => void;
  /** How far neighbouring tiles lie apart at most, in tiles: 1 is four times as quick and less exact. Default: 0.5. */
  readonly maxShift?: number;
  /** Of rows that are handed on as they are done, only those that these rows of tiles finish. Default: all. */
  readonly tileRows?: TileRows;
}

const BORDER_PADDING = 0.25;
const MAX_SHIFT = 0.5;

/** Networks of one run, or the file of their ensemble, which normalises and flips by itself. */
export type Models = readonly [SegmentationModel, ...SegmentationModel[]];

/**
 * Predicts an image in memory by the models of one run, with deepFlash2's tiling: a quarter tile of mirrored border,
 * tiles half a tile apart, merged under a Gaussian window.
 *
 * @param options with the statistics of the whole image where this is a part of one, for networks that normalise by image
 */
export function predictWithModels(
  planes: Planes,
  models: Models,
  {
    statistics,
    ...options
  }: Omit<WholeImageOptions, 'combine' | 'tileRows'> & { readonly statistics?: Normalisation },
): Promise<Prediction> {
  const own = isByImage(models) ? (statistics ?? statisticsOf(planes)) : null;
  return predictImage(planes, optionsOf(models, own, options));
}

/**
 * Predicts an image of any size as `predictWithModels`, and hands on its rows from the top as they are done.
 * Throws a RangeError for rows of tiles that are to be combined by STAPLE, which needs the whole image.
 */
export async function predictRowsWithModels(
  image: PlaneRows,
  models: Models,
  options: WholeImageOptions,
  onRows: (rows: PredictedRows) => void | Promise<void>,
): Promise<void> {
  const own = isByImage(models) ? await statisticsOfRows(image) : null;
  const { combine = 'mean' } = options;
  if (combine === 'staple' && options.tileRows !== undefined) {
    throw new RangeError('STAPLE combines the masks of whole images, not of bands.');
  }
  const rows = combinedRows(combine, { ...image, classes: models[0].description.classes }, onRows);
  await predictRows(
    image,
    { ...optionsOf(models, own, options), ballots: combine === 'mean' ? 'none' : 'kept' },
    rows.take,
  );
  await rows.finish();
}

/**
 * Where an image of so many rows can be cut into bands: how many of its rows are finished when 0, 1, … and all rows of
 * tiles are. A band of the rows of tiles from a to before b is the rows from number a of these to before number b.
 */
export function bandEdges(
  height: number,
  { scale, tileSize }: Pick<ModelDescription, 'scale' | 'tileSize'>,
): number[] {
  const tile = { height: tileSize, width: tileSize };
  return finishedRows(height, { scale, tile, borderPadding: BORDER_PADDING, maxShift: MAX_SHIFT });
}

function isByImage([{ description }]: Models): boolean {
  return description.normalisation === 'image';
}

/** Rows that are read at once to look at an image before it is predicted. */
const ROWS = 256;

async function statisticsOfRows(image: PlaneRows): Promise<Normalisation> {
  const gathered = channelStatistics();
  for (let first = 0; first < image.height; first += ROWS) {
    gathered.add(await image.readRows(first, Math.min(ROWS, image.height - first)));
  }
  return gathered.result();
}

/** @param own statistics of the image, where it is normalised by them */
function optionsOf(
  models: Models,
  own: Normalisation | null,
  { augmentation, combine: _, ...rest }: WholeImageOptions,
): PredictionOptions {
  const { classes, channels, means, stds, scale, tileSize, ensemble, separation } = models[0].description;
  const whole = ensemble !== undefined;
  return {
    models,
    classes,
    separationPlanes: separationPlanes(separation),
    means: own?.means ?? (whole ? new Array<number>(channels).fill(0) : means),
    stds: own?.stds ?? (whole ? new Array<number>(channels).fill(1) : stds),
    ...(whole && own === null ? { within: { means, stds } } : {}),
    scale,
    tile: { height: tileSize, width: tileSize },
    borderPadding: BORDER_PADDING,
    maxShift: MAX_SHIFT,
    weighting: 'gaussian',
    augmentations: viewsOf(augmentation, ensemble?.augmentation ?? 'none'),
    batchSize: whole ? 1 : 4,
    ...rest,
  };
}

/** The views that are to be seen, less those in which the file of an ensemble looks at each tile by itself. */
function viewsOf(wanted: Augmentation, own: 'flips' | 'none'): readonly View[] {
  if (wanted === 'none') return ['none'];
  if (wanted === 'flips') return own === 'flips' ? ['none'] : ALL_FLIPS;
  return own === 'flips' ? ['none', 'left'] : ALL_VIEWS;
}
