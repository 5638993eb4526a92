import { createRandom, float32, type Tensor } from '@deepflash/engine';
import { boundaryWeights } from '../losses/boundary-weights.js';
import { DEFAULT_LOSS_PARAMETERS } from '../losses/parameters.js';
import { SEPARATION_PLANES } from '../networks/separation-head.js';
import { spatialPart } from '../sampling/augmentation.js';
import { drawAugmentation } from '../sampling/draw-augmentation.js';
import { extractTile } from '../sampling/extract-tile.js';
import type { Planes } from '../sampling/planes.js';
import { type ChannelStatistics, statisticsOf } from '../sampling/statistics.js';
import { tileSampler } from '../sampling/tile-sampler.js';
import type { LabelledImage, TrainingPlan } from './plan.js';
import { separationTargets } from './separation-targets.js';
import { type TargetKind, targetInputs } from './targets.js';

/** Tensors by the names of a step's inputs. */
export type Batch = Readonly<Record<string, Tensor>>;

/** Draws the batch of a step. The same step always gives the same batch: nothing is carried from step to step. */
export type BatchSource = (step: number) => Batch;

/**
 * Random tiles of the training images, centred by class-balanced sampling and augmented, under the names of the step's
 * inputs. The arrays are reused.
 */
export function batchSource(
  plan: TrainingPlan,
  training: readonly LabelledImage[],
  statistics: ChannelStatistics,
  { fold, kind }: { readonly fold: number; readonly kind: TargetKind },
): BatchSource {
  const { batchSize, tileSize, classes, scale, seed, augmentation } = plan;
  const sampler = tileSampler(training.map(({ mask }) => mask));
  const channels = statistics.means.length;
  const area = tileSize * tileSize;
  const images = float32([batchSize, channels, tileSize, tileSize]);
  const labels = {
    dtype: 'int32',
    shape: [batchSize, tileSize, tileSize],
    data: new Int32Array(batchSize * area),
  } as const;
  const needed = targetInputs(plan, kind);
  const shares = needed.shares ? float32([batchSize, classes, tileSize, tileSize]) : null;
  const probabilities = needed.shares ? training.map((one) => sharesOf(one, classes)) : [];
  const boundaries = needed.boundaryWeights ? float32([batchSize, 1, tileSize, tileSize]) : null;
  const separation = needed.separation ? float32([batchSize, SEPARATION_PLANES, tileSize, tileSize]) : null;
  const separated = new Map<number, Planes>();
  const separatedOf = (image: number, source: LabelledImage): Planes => {
    const known = source.separation ?? separated.get(image) ?? separationTargets(source, scale);
    separated.set(image, known);
    return known;
  };
  const parameters = { ...DEFAULT_LOSS_PARAMETERS, ...plan };
  const tile = { height: tileSize, width: tileSize, scale };
  const ofImages =
    plan.normalisation === 'image'
      ? training.map(({ planes, statistics }) => statistics ?? statisticsOf(planes))
      : null;
  return (step) => {
    const random = createRandom(seed, 'tiles', fold, step);
    for (let index = 0; index < batchSize; index++) {
      const { image, row, column } = sampler.draw(random);
      const source = training[image];
      if (!source) throw new RangeError(`There is no training image ${image}.`);
      const centre = { row, column };
      const sources = {
        common: random,
        of: (change: string) => createRandom(seed, 'augmentation', fold, step, index, change),
      };
      const changes = drawAugmentation(sources, augmentation, channels);
      const mask = { mask: labels.data, maskOffset: index * area };
      const expert = createRandom(seed, 'expert', fold, step, index);
      const drawn = source.experts?.[expert.integer(source.experts.length)] ?? source.mask;
      extractTile(source.planes, drawn, centre, changes, tile, ofImages?.[image] ?? statistics, {
        image: images.data,
        imageOffset: index * channels * area,
        ...mask,
      });
      const consensus = probabilities[image];
      if (shares && consensus) {
        extractTile(consensus, source.mask, centre, spatialPart(changes), tile, unchanged(classes), {
          image: shares.data,
          imageOffset: index * classes * area,
          ...mask,
        });
      }
      if (separation) {
        const target = separatedOf(image, source);
        extractTile(target, drawn, centre, spatialPart(changes), tile, unchanged(SEPARATION_PLANES), {
          image: separation.data,
          imageOffset: index * SEPARATION_PLANES * area,
          ...mask,
        });
      }
      if (boundaries) {
        const data = labels.data.subarray(index * area, (index + 1) * area);
        const out = boundaries.data.subarray(index * area, (index + 1) * area);
        boundaryWeights({ ...tile, data }, classes, parameters, out);
      }
    }
    return {
      images,
      ...(needed.labels ? { labels } : {}),
      ...(shares ? { shares } : {}),
      ...(separation ? { separation } : {}),
      ...(boundaries ? { boundaryWeights: boundaries } : {}),
    };
  };
}

/** The probabilities of an image's classes; those of an image that has only a mask are 0 and 1. */
function sharesOf({ probabilities, planes, mask }: LabelledImage, classes: number): Planes {
  if (probabilities) return probabilities;
  const { height, width } = planes;
  const data = new Float32Array(classes * height * width);
  mask.data.forEach((label, pixel) => {
    if (label < classes) data[label * height * width + pixel] = 1;
  });
  return { channels: classes, height, width, data };
}

/** Statistics by which normalising changes nothing. */
function unchanged(channels: number): ChannelStatistics {
  const all = (value: number): number[] => new Array<number>(channels).fill(value);
  return { means: all(0), stds: all(1), minima: all(0), maxima: all(1) };
}
