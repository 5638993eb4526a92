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
import { enlargement } from './enlarge-rows.js';
import { predictorInThread } from './ensemble.js';
import { inOrder } from './in-order.js';
import type { PlaneRows } from './plane-rows.js';
import { type PredictedRows, predictedRows } from './predicted-rows.js';
import { checkOptions, type PredictionOptions, type TileRows, waysOf } from './prediction-options.js';
import { bilinearRows } from './resize.js';
import { rowBuffer } from './row-buffer.js';
import { type AxisTile, axisTiles, tileBatches } from './tile-batches.js';
import { answerSize, outputSize } from './tile-predictor.js';
import { type TileLayout, type TileWindow, tileCentres, tileWindow } from './tiles.js';
import { uncertainty } from './uncertainty.js';

/**
 * Predicts an image and hands on its rows from the top, each once. While `onRows` is not done with them, no more tiles are
 * begun than the predictor works on at once.
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
  const { models, classes, scale, tile, separationPlanes = 0 } = options;
  const ways = waysOf(image, options);
  const predictor = options.openPredictor?.(ways) ?? predictorInThread(models, ways);
  const voters = options.ballots === 'kept' ? models.length : 0;
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
  const needed = tileRows.slice(top, end);
  const buffer = rowBuffer(planes, tile.height, seen.width, tileRows[top]?.window.imageStart ?? 0);
  const ofTile = new Float32Array(pixels);
  const [perTile, perModel] = [answerSize(ways), outputSize(ways)];
  const addAnswer = (answer: Float32Array, row: AxisTile, column: AxisTile): void => {
    const add = (values: Float32Array, count: number, plane: number): void =>
      buffer.add(values, count, plane, tile, row, column);
    const mean = answer.subarray(0, perModel);
    uncertainty(mean, classes, ofTile);
    add(mean, classes, 0);
    add(ofTile, 1, classes);
    add(mean.subarray(classes * pixels), separationPlanes, afterUncertainty);
    for (let voter = 0; voter < voters; voter++) {
      const own = afterUncertainty + separationPlanes + voter * classes;
      add(answer.subarray((1 + voter) * perModel), classes, own);
    }
  };
  let done = 0;
  const batches = tileBatches(image, needed, tileColumns, options, predictor.tilesInBatch);
  for await (const [{ row, columns }, answers] of inOrder(batches, predictor.parallel, ({ tiles }) =>
    predictor.predict(tiles),
  )) {
    for (const [at, column] of columns.entries()) {
      addAnswer(answers.subarray(at * perTile, (at + 1) * perTile), row, column);
      done += 1;
      options.onTile?.(done, needed.length * tileColumns.length);
    }
    if (done % tileColumns.length === 0) {
      const finished = top + done / tileColumns.length;
      await enlarge.add(buffer.take(finishedBy(finished, tileRows, seen.height)));
    }
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

function scaledLength(length: number, scale: number): number {
  return Math.max(Math.trunc(length / scale), 1);
}
