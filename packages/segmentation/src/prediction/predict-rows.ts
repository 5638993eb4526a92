/**
 * The prediction of an image by an ensemble, as deepFlash2's InferenceEnsemble defines it: overlapping mirrored tiles,
 * each through every model in every flip; the mean of the softmax and its uncertainty merged with a weight that is
 * largest in a tile's middle.
 *
 * It streams. The tiles of one row of tiles are read from a band of the image and added to a buffer of as many rows as
 * a tile has; the rows that no later tile reaches are done and are handed on, those below move up. So the memory grows
 * with the width of the image, and its height does not matter.
 */
import { enlargement } from './enlarge-rows.js';
import { predictorInThread } from './ensemble.js';
import { inOrder } from './in-order.js';
import type { PlaneRows } from './plane-rows.js';
import { type PredictedRows, predictedRows } from './predicted-rows.js';
import { checkOptions, type PredictionOptions, waysOf } from './prediction-options.js';
import { rowBuffer } from './row-buffer.js';
import { type AxisTile, axisTiles, tileBatches } from './tile-batches.js';
import { answerSize, outputSize } from './tile-predictor.js';
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
  const buffer = rowBuffer(planes, tile.height, seen.width);
  const enlarge = enlargement(image, seen, planes, (rows) =>
    onRows(predictedRows(rows, image.width, { classes, separationPlanes, voters })),
  );
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
  const batches = tileBatches(image, tileRows, tileColumns, options, predictor.tilesInBatch);
  for await (const [{ row, columns }, answers] of inOrder(batches, predictor.parallel, ({ tiles }) =>
    predictor.predict(tiles),
  )) {
    for (const [at, column] of columns.entries()) {
      addAnswer(answers.subarray(at * perTile, (at + 1) * perTile), row, column);
      done += 1;
      options.onTile?.(done, tileRows.length * tileColumns.length);
    }
    if (done % tileColumns.length === 0) {
      const next = tileRows[done / tileColumns.length];
      await enlarge(buffer.take(next?.window.imageStart ?? seen.height));
    }
  }
}

function scaledLength(length: number, scale: number): number {
  return Math.max(Math.trunc(length / scale), 1);
}
