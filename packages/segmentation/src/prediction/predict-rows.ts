/**
 * The prediction of an image by an ensemble, as deepFlash2's InferenceEnsemble defines it: overlapping mirrored tiles,
 * each through every model in every flip; the mean of the softmax and its uncertainty merged with a weight that is
 * largest in a tile's middle.
 *
 * It streams. The tiles of one row of tiles are read from a band of the image and added to a buffer of as many rows as
 * a tile has; the rows that no later tile reaches are done and are handed on, those below move up. So the memory grows
 * with the width of the image, and its height does not matter.
 *
 * A band is what some rows of tiles finish. It is predicted from these and from those above that reach into it, added up
 * in the same order, and handed on in the same parts: bands put together are, to the bit, what all rows of tiles give.
 */
import type { Planes } from '../sampling/planes.js';
import { type EnsembleOptions, predictTiles, type TilePositions } from './ensemble.js';
import { type TileWeighting, tileWeights } from './gaussian-window.js';
import { type AxisShare, addTile, mergeShares } from './merge.js';
import { mirroredPositions } from './read-tile.js';
import { bilinearRows, type Rows, type Size } from './resize.js';
import { type TileLayout, type TileWindow, tileCentres, tileWindow } from './tiles.js';
import { uncertainty } from './uncertainty.js';

export interface PredictionOptions extends EnsembleOptions, TileLayout {
  /** Pixels of the image for one pixel of a tile: 2 halves the resolution that the networks see. */
  readonly scale: number;
  readonly weighting: TileWeighting;
  /** Whether each model's own mask is told as well. Default: no. */
  readonly ballots?: 'kept' | 'none';
  /** Hands on only what these rows of tiles finish, counted from 0. Default: all. */
  readonly tileRows?: TileRows;
  /** Called after each finished tile. */
  readonly onTile?: (done: number, total: number) => void;
}

/** Rows of tiles from `first` to before `end`. */
export interface TileRows {
  readonly first: number;
  readonly end: number;
}

/** An image whose raw values are read some rows at a time. */
export interface PlaneRows {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Rows `first` to `first + count - 1` over the whole width, [C, count, W]. */
  readRows(first: number, count: number): Promise<Planes>;
}

/** The result for some rows of an image, at the image's own resolution. */
export interface PredictedRows {
  /** The first row, and how many there are. */
  readonly first: number;
  readonly count: number;
  /** Mean probability of each class [K, count, W]. */
  readonly probabilities: Float32Array;
  /** The most probable class of each pixel [count, W]. */
  readonly mask: Uint8Array;
  /** Uncertainty of each pixel [count, W], 0 to 1. */
  readonly uncertainty: Float32Array;
  /** Mean of what the models say beside the classes [P, count, W], 0 to 1; without such planes empty. */
  readonly separation: Float32Array;
  /** The most probable class of each pixel [count, W] by each model; where they are not asked for, none. */
  readonly ballots: readonly Uint8Array[];
}

/** An image in memory, to be read in rows. */
export function rowsOf(planes: Planes): PlaneRows {
  const { channels, height, width, data } = planes;
  return {
    channels,
    height,
    width,
    async readRows(first, count) {
      if (first === 0 && count === height) return planes;
      const rows = new Float32Array(channels * count * width);
      for (let channel = 0; channel < channels; channel++) {
        const start = (channel * height + first) * width;
        rows.set(data.subarray(start, start + count * width), channel * count * width);
      }
      return { channels, height: count, width, data: rows };
    },
  };
}

/**
 * Predicts an image and hands on its rows from the top, each once; the next ones are not computed before `onRows` is
 * done with them.
 *
 * @throws ModelOutputError when a model returns the wrong number of values or values that are no numbers;
 *   RangeError for options that do not fit; the signal's reason when it is aborted.
 */
export async function predictRows(
  image: PlaneRows,
  options: PredictionOptions,
  onRows: (rows: PredictedRows) => void | Promise<void>,
): Promise<void> {
  checkOptions(image, options);
  const { classes, scale, tile, separationPlanes = 0 } = options;
  const voters = options.ballots === 'kept' ? options.models.length : 0;
  const pixels = tile.height * tile.width;
  /** In the buffer: the classes, the uncertainty, the planes beside the classes, the classes of each model. */
  const afterUncertainty = classes + 1;
  const planes = afterUncertainty + separationPlanes + voters * classes;
  const seen = { height: scaledLength(image.height, scale), width: scaledLength(image.width, scale) };
  const tileRows = axisTiles(image.height, seen.height, tile.height, options);
  const tileColumns = axisTiles(image.width, seen.width, tile.width, options);
  const { first: begin, end } = wantedRows(options.tileRows, tileRows.length);
  const enlarge = enlargement(image, seen, planes, finishedBy(begin, tileRows, seen.height), (rows) =>
    onRows(predictedRows(rows, image.width, { classes, separationPlanes, voters })),
  );
  const top = tileRows.findIndex(({ window }) => window.imageStart + window.size > enlarge.firstNeeded);
  // Rows of tiles that finish no row of a small image need none.
  if (top < 0) return;
  const buffer = rowBuffer(planes, tile.height, seen.width, tileRows[top]?.window.imageStart ?? 0);
  const ofTile = new Float32Array(tile.height * tile.width);
  for (let index = top; index < end; index++) {
    const row = tileRows[index] as AxisTile;
    const first = row.positions.reduce((a, b) => Math.min(a, b));
    const last = row.positions.reduce((a, b) => Math.max(a, b));
    const band = await image.readRows(first, last - first + 1);
    const rows = row.positions.map((position) => position - first);
    const tiles = tileColumns.map((column) => ({ rows, columns: column.positions }));
    await predictTiles(band, tiles, options, (at, { mean, ofModels }) => {
      const column = tileColumns[at] as AxisTile;
      const add = (values: Float32Array, count: number, plane: number): void =>
        buffer.add(values, count, plane, tile, row, column);
      uncertainty(mean, classes, ofTile);
      add(mean, classes, 0);
      add(ofTile, 1, classes);
      add(mean.subarray(classes * pixels), separationPlanes, afterUncertainty);
      for (let voter = 0; voter < voters; voter++) {
        const own = afterUncertainty + separationPlanes + voter * classes;
        add(ofModels[voter] as Float32Array, classes, own);
      }
      options.onTile?.((index - top) * tileColumns.length + at + 1, (end - top) * tileColumns.length);
    });
    await enlarge.add(buffer.take(finishedBy(index + 1, tileRows, seen.height)));
  }
}

/**
 * How many rows of an image of so many rows are finished, from the top, when so many rows of tiles are: numbers for 0, 1,
 * … up to all rows of tiles.
 */
export function finishedRows(
  height: number,
  { scale, tile, ...layout }: Pick<PredictionOptions, 'scale' | 'tile' | keyof TileLayout>,
): number[] {
  const seen = scaledLength(height, scale);
  const windows = tileCentres(seen, tile.height, layout).map((centre) => ({
    window: tileWindow(centre, seen, tile.height),
  }));
  const resizer = bilinearRows({ height: seen, width: 1 }, { height, width: 1 });
  return Array.from({ length: windows.length + 1 }, (_, count) => {
    const rows = finishedBy(count, windows, seen);
    return seen === height ? rows : resizer.ready(rows);
  });
}

/** The rows that the networks see which no tile but the first `count` rows of them reaches. */
function finishedBy(
  count: number,
  tileRows: readonly { readonly window: TileWindow }[],
  height: number,
): number {
  return count === 0 ? 0 : (tileRows[count]?.window.imageStart ?? height);
}

function wantedRows(wanted: TileRows | undefined, count: number): TileRows {
  const { first, end } = wanted ?? { first: 0, end: count };
  if (Number.isInteger(first) && Number.isInteger(end) && first >= 0 && first < end && end <= count) {
    return { first, end };
  }
  throw new RangeError(`The image has ${count} rows of tiles, of which ${first} to ${end} cannot be taken.`);
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

/** The rows of an image that tiles are being added to: `height` rows of some planes. @param start the first of them */
function rowBuffer(planes: number, height: number, width: number, start: number) {
  const size = { height, width };
  const data = new Float32Array(planes * height * width);
  /** The row of the image that is the first of the buffer. */
  let top = start;
  return {
    /** Adds a tile's planes to those of the buffer from number `plane` on. */
    add(values: Float32Array, count: number, plane: number, tile: Size, row: AxisTile, column: AxisTile) {
      const window = { ...row.window, imageStart: row.window.imageStart - top };
      const from = data.subarray(plane * height * width);
      addTile({ data: from, size }, { data: values, size: tile }, count, { ...row, window }, column);
    },
    /** Hands over all rows before row `end`, and makes room for as many. */
    take(end: number): Rows {
      const rows = { data: new Float32Array(planes * (end - top) * width), first: top, count: end - top };
      const taken = rows.count * width;
      for (let plane = 0; plane < planes; plane++) {
        const start = plane * height * width;
        rows.data.set(data.subarray(start, start + taken), plane * taken);
        data.copyWithin(start, start + taken, start + height * width);
        data.fill(0, start + height * width - taken, start + height * width);
      }
      top = end;
      return rows;
    },
  };
}

/** What the planes of some rows are. */
function predictedRows(
  { data, first, count }: Rows,
  width: number,
  kinds: { readonly classes: number; readonly separationPlanes: number; readonly voters: number },
): PredictedRows {
  const { classes, separationPlanes, voters } = kinds;
  const pixels = count * width;
  const planes = (from: number, number: number): Float32Array =>
    data.subarray(from * pixels, (from + number) * pixels);
  const probabilities = planes(0, classes);
  const ballots = Array.from({ length: voters }, (_, voter) =>
    mostProbable(planes(classes + 1 + separationPlanes + voter * classes, classes), classes),
  );
  return {
    ...{ first, count, probabilities, ballots },
    mask: mostProbable(probabilities, classes),
    uncertainty: planes(classes, 1),
    separation: planes(classes + 1, separationPlanes),
  };
}

interface Enlargement {
  /** The first row, as the networks see the image, that is needed. */
  readonly firstNeeded: number;
  add(rows: Rows): Promise<void>;
}

/**
 * Brings rows of planes, as the networks see the image, to its resolution and hands them on.
 *
 * @param start how many of the rows that the networks see were handed on before
 */
function enlargement(
  image: Size,
  seen: Size,
  planes: number,
  start: number,
  handOn: (rows: Rows) => void | Promise<void>,
): Enlargement {
  if (image.height === seen.height && image.width === seen.width) {
    return {
      firstNeeded: start,
      async add(rows) {
        const wanted = rowsFrom(rows, start, planes, seen.width);
        if (wanted.count > 0) await handOn(wanted);
      },
    };
  }
  const resizer = bilinearRows(seen, image);
  let done = resizer.ready(start);
  const firstNeeded = resizer.firstNeeded(done);
  let kept: Rows = { data: new Float32Array(0), first: firstNeeded, count: 0 };
  return {
    firstNeeded,
    async add(rows) {
      const all = joinRows(kept, rowsFrom(rows, firstNeeded, planes, seen.width), planes, seen.width);
      const ready = resizer.ready(all.first + all.count);
      if (ready > done) {
        const data = resizer.rows(all, planes, done, ready);
        await handOn({ data, first: done, count: ready - done });
        done = ready;
      }
      kept = rowsFrom(all, resizer.firstNeeded(done), planes, seen.width);
    },
  };
}

function joinRows(above: Rows, below: Rows, planes: number, width: number): Rows {
  const count = above.count + below.count;
  const data = new Float32Array(planes * count * width);
  for (let plane = 0; plane < planes; plane++) {
    for (const { rows, at } of [
      { rows: above, at: 0 },
      { rows: below, at: above.count },
    ]) {
      const length = rows.count * width;
      data.set(rows.data.subarray(plane * length, (plane + 1) * length), (plane * count + at) * width);
    }
  }
  return { data, first: above.first, count };
}

/** What of some rows lies at a row or below. */
function rowsFrom(rows: Rows, row: number, planes: number, width: number): Rows {
  const { data, first, count } = rows;
  if (row <= first) return rows;
  const left = Math.max(0, first + count - row);
  const rest = new Float32Array(planes * left * width);
  for (let plane = 0; plane < planes; plane++) {
    const end = (plane + 1) * count * width;
    rest.set(data.subarray(end - left * width, end), plane * left * width);
  }
  return { data: rest, first: first + count - left, count: left };
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

function checkOptions(image: Omit<PlaneRows, 'readRows'>, options: PredictionOptions): void {
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
