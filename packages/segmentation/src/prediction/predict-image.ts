/**
 * The prediction of a whole image by an ensemble, as deepFlash2's InferenceEnsemble defines it: overlapping
 * mirrored tiles, each through every model in every flip; the mean of the softmax and its uncertainty
 * merged with a weight that is largest in a tile's middle.
 */
import type { Planes } from '../sampling/planes.js';
import { type EnsembleOptions, predictTiles, type TilePositions } from './ensemble.js';
import { type TileWeighting, tileWeights } from './gaussian-window.js';
import { type AxisShare, addTile, mergeShares } from './merge.js';
import { mirroredPositions } from './read-tile.js';
import { resizeBilinear, type Size } from './resize.js';
import { type TileLayout, tileCentres, tileWindow } from './tiles.js';
import { uncertainty, uncertaintyScores } from './uncertainty.js';

export interface PredictionOptions extends EnsembleOptions, TileLayout {
  /** Pixels of the image for one pixel of a tile: 2 halves the resolution that the networks see. */
  readonly scale: number;
  readonly weighting: TileWeighting;
  /** Called after each finished tile. */
  readonly onTile?: (done: number, total: number) => void;
}

/** The result for one image, at the image's own size. */
export interface Prediction {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  /** Mean probability of each class [K, H, W]. */
  readonly probabilities: Float32Array;
  /** The most probable class of each pixel [H, W]. */
  readonly mask: Uint8Array;
  /** Uncertainty of each pixel [H, W], 0 to 1. */
  readonly uncertainty: Float32Array;
  /** Mean uncertainty of all pixels. */
  readonly meanUncertainty: number;
  /** Mean uncertainty of the predicted foreground; null when there is none. */
  readonly uncertaintyScore: number | null;
}

/**
 * Predicts an image from its raw values.
 *
 * @throws ModelOutputError when a model returns the wrong number of values or values that are no numbers;
 *   RangeError for options that do not fit; the signal's reason when it is aborted.
 */
export async function predictImage(planes: Planes, options: PredictionOptions): Promise<Prediction> {
  checkOptions(planes, options);
  const { classes, scale, tile } = options;
  const seen = { height: scaledLength(planes.height, scale), width: scaledLength(planes.width, scale) };
  const rows = axisTiles(planes.height, seen.height, tile.height, options);
  const columns = axisTiles(planes.width, seen.width, tile.width, options);
  const tiles = rows.flatMap((row) =>
    columns.map((column) => ({ row, column, rows: row.positions, columns: column.positions })),
  );

  const probabilities = new Float32Array(classes * seen.height * seen.width);
  const uncertainties = new Float32Array(seen.height * seen.width);
  const ofTile = new Float32Array(tile.height * tile.width);
  await predictTiles(planes, tiles, options, (index, mean) => {
    const { row, column } = tiles[index] as (typeof tiles)[number];
    uncertainty(mean, classes, ofTile);
    addTile({ data: probabilities, size: seen }, { data: mean, size: tile }, classes, row, column);
    addTile({ data: uncertainties, size: seen }, { data: ofTile, size: tile }, 1, row, column);
    options.onTile?.(index + 1, tiles.length);
  });
  return atImageSize(planes, seen, classes, probabilities, uncertainties);
}

interface AxisTile extends AxisShare {
  /** The image pixel of each of the tile's pixels. */
  readonly positions: TilePositions['rows'];
}

/** The tiles along one axis; `length` is in pixels of the image, `seen` in those that the networks see. */
function axisTiles(
  length: number,
  seen: number,
  tile: number,
  { borderPadding, maxShift, scale, weighting }: PredictionOptions,
): AxisTile[] {
  const centres = tileCentres(seen, tile, { borderPadding, maxShift });
  const windows = centres.map((centre) => tileWindow(centre, seen, tile));
  return mergeShares(windows, tileWeights(tile, weighting), seen).map((share, i) => {
    const centre = Math.trunc((centres[i] as number) * scale);
    return { ...share, positions: mirroredPositions(centre, length, tile, scale) };
  });
}

function atImageSize(
  { height, width }: Planes,
  seen: Size,
  classes: number,
  probabilities: Float32Array,
  uncertainties: Float32Array,
): Prediction {
  const resized = (data: Float32Array, count: number): Float32Array =>
    seen.height === height && seen.width === width
      ? data
      : resizeBilinear(data, count, seen, { height, width });
  const result = { probabilities: resized(probabilities, classes), uncertainty: resized(uncertainties, 1) };
  const mask = mostProbable(result.probabilities, classes);
  return { width, height, classes, mask, ...result, ...uncertaintyScores(result.uncertainty, mask) };
}

/** The class with the largest probability, the first of equal ones. */
function mostProbable(probabilities: Float32Array, classes: number): Uint8Array {
  const pixels = probabilities.length / classes;
  const mask = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    let best = 0;
    let largest = probabilities[i] as number;
    for (let k = 1; k < classes; k++) {
      const probability = probabilities[k * pixels + i] as number;
      if (probability > largest) {
        best = k;
        largest = probability;
      }
    }
    mask[i] = best;
  }
  return mask;
}

function scaledLength(length: number, scale: number): number {
  return Math.max(Math.trunc(length / scale), 1);
}

function checkOptions(planes: Planes, options: PredictionOptions): void {
  const { augmentations, batchSize, classes, means, models, scale, stds } = options;
  const demand = (met: boolean, sentence: string): void => {
    if (!met) throw new RangeError(sentence);
  };
  demand(planes.height >= 1 && planes.width >= 1, 'The image has no pixels.');
  demand(
    means.length === planes.channels && stds.length === planes.channels,
    `The networks were trained with ${means.length} channels, but the image has ${planes.channels}.`,
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
