/**
 * Tiles through an ensemble: each tile in every view through every model, in batches. What comes out, tile after tile, is
 * the mean softmax over views and models, weighted where models are.
 */
import { addSigmoid, addSoftmax } from './softmax.js';
import { copyViewed, viewWalk, walkBack } from './test-time-augmentation.js';
import { ModelOutputError, type TileBatchShape, type TileModel } from './tile-model.js';
import { answerSize, outputSize, type TilePredictor, type TileWays, tilesInBatch } from './tile-predictor.js';
import { zoomedModel } from './zoom.js';

/** The models one after the other, in this thread. Their answers to a tile throw a ModelOutputError where they are none. */
export function predictorInThread(models: readonly TileModel[], ways: TileWays): TilePredictor {
  const { augmentations, channels, classes, tile, zooms, weights } = ways;
  const { height, width } = tile;
  const shape = { channels, classes, height, width };
  const views = augmentations.length;
  const walks = augmentations.map((view) => viewWalk(view, height, width));
  const walksBack = augmentations.map((view) => walkBack(view, height, width));
  const inputSize = channels * height * width;
  const ofClasses = classes * height * width;
  const ofModel = outputSize(ways);
  const ofTile = answerSize(ways);
  const zoomed = zooms.map((zoom) => models.map((model) => zoomedModel(model, ways, zoom)));
  const share = 1 / (views * zooms.length);
  const perBatch = tilesInBatch(ways);
  const batch = new Float32Array(Math.min(ways.batchSize, perBatch * views) * inputSize);

  return {
    parallel: 1,
    tilesInBatch: perBatch,
    async predict(tiles) {
      const count = tiles.length / inputSize;
      const answer = new Float32Array(count * ofTile);
      const sums = Array.from({ length: count }, (_, at) => sumsIn(answer.subarray(at * ofTile), ways));
      const samples = count * views;
      for (let first = 0; first < samples; first += ways.batchSize) {
        const together = Math.min(ways.batchSize, samples - first);
        for (let i = 0; i < together; i++) {
          const sample = first + i;
          const seen = tiles.subarray(Math.floor(sample / views) * inputSize);
          copyViewed(seen, shape, walks[sample % views] as (typeof walks)[number], batch, i * inputSize);
        }
        const batchShape = [together, channels, height, width] as const;
        for (const ensemble of zoomed) {
          const input = batch.subarray(0, together * inputSize);
          const answers = await runModels(ensemble, classes, input, batchShape, ofModel);
          for (let i = 0; i < together; i++) {
            const sample = first + i;
            const walk = walksBack[sample % views] as (typeof walksBack)[number];
            for (const [model, values] of answers.entries()) {
              const sum = sums[Math.floor(sample / views)]?.[model] as Float32Array;
              const isSound =
                addSoftmax(values, i * ofModel, shape, walk, sum.subarray(0, ofClasses), share) &&
                addSigmoid(values, i * ofModel + ofClasses, shape, walk, sum.subarray(ofClasses), share);
              if (isSound) continue;
              throw new ModelOutputError(
                model,
                'returned values that are no numbers',
                'look for values in the image that are far outside the usual ones or, where all images fail so, train it again',
              );
            }
          }
        }
      }
      for (const [at, ofModels] of sums.entries()) {
        if (models.length > 1 || ways.ballots === 'kept') {
          addWeighted(ofModels, weights, answer.subarray(at * ofTile, at * ofTile + ofModel));
        }
      }
      return answer;
    },
  };
}

/** Where the sums of each model are gathered: in the answer, where it tells them, and else beside it. */
function sumsIn(answer: Float32Array, ways: TileWays): Float32Array[] {
  const size = outputSize(ways);
  if (ways.ballots === 'none' && ways.weights.length === 1) return [answer.subarray(0, size)];
  return ways.weights.map((_, model) =>
    ways.ballots === 'kept'
      ? answer.subarray((1 + model) * size, (2 + model) * size)
      : new Float32Array(size),
  );
}

function addWeighted(values: readonly Float32Array[], weights: readonly number[], mean: Float32Array): void {
  for (const [model, ofModel] of values.entries()) {
    const weight = weights[model] ?? 0;
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + weight * (ofModel[i] as number);
  }
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
