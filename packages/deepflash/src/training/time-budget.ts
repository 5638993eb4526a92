/** How many steps fit into a number of minutes on this machine, by timing some. */
import { networkShape, type PlannedSettings, type Settings } from '@deepflash/segmentation';
import { type DataRecord, meaningOf } from '../data/record.js';
import { WorkError } from '../errors.js';
import { usualValidations } from '../jobs/training-plan.js';
import { measureTraining } from '../networks/measure.js';
import type { Choice } from './choices.js';
import type { Shaped } from './plan-training.js';

/**
 * A prediction of a tile as part of its share of a training step: 0.13 was measured with a MobileNetV2 (bench/step-shares.ts), and it grows as
 * steps get quicker. What drawing tiles and slow steps now and then add to a step.
 */
const FORWARD_SHARE = 0.2;
const DRAWING = 1.05;
/** The part of the time that is planned for, so that it ends in time where the machine is a little slower at times. */
const PLANNED = 0.95;
/** The part of the time in which steps are timed, and the most seconds: within a few seconds a machine may be quicker or slower than it is. */
const TIMING = { part: 0.01, most: 60 } as const;
/** Tiles of an image lie so far apart, in tiles, at the end and on the way, and reach so far beyond its border. */
const SHIFT = { atEnd: 0.5, onTheWay: 1 } as const;
const BORDER = 0.25;
/** Seconds for each network until its first step, and to write it. */
const STARTING = 8;
/** Steps of a sweep over learning rates, which goes before the first network. */
const SWEEP = 110;
/** Seconds in which objects of a held-out image are told apart in all ways, for each of its pixels. */
const SCORING = 3.5e-6;
/** With fewer steps a network has learnt nothing. */
const FEWEST = 20;

/**
 * The steps of each network with which the whole training takes about so many minutes.
 * Throws a WorkError where steps cannot be timed here.
 */
export async function stepsInMinutes(minutes: number, settings: Shaped, data: DataRecord): Promise<Choice> {
  const { batchSize, tileSize, device, threads } = settings;
  const measured = await measureTraining({
    ...networkShape(settings),
    batchSize,
    tileSize,
    channels: data.channels,
    classes: data.classValues.length,
    device,
    ...(threads === null ? {} : { threads }),
    seconds: Math.min(TIMING.part * 60 * minutes, TIMING.most),
  });
  if ('problem' in measured) {
    throw new WorkError(
      `Training steps cannot be timed here: ${measured.problem}; set steps instead of minutes.`,
    );
  }
  const { secondsPerStep } = measured;
  const value = stepsInSeconds(60 * minutes, secondsPerStep, settings, data);
  const speed = `A step takes ${secondsPerStep.toPrecision(2)} seconds on this machine`;
  const networks = data.models === 1 ? 'one network' : `${data.models} networks`;
  const short = value === FEWEST ? `, so ${minutes} minutes are too short and ${FEWEST} steps the least` : '';
  return {
    value,
    reason: `${speed}; ${networks} with validation shall take ${minutes} minutes${short}.`,
  };
}

/** As `stepsInMinutes`, where the seconds of a step are known. */
export function stepsInSeconds(
  seconds: number,
  secondsPerStep: number,
  settings: Pick<PlannedSettings, 'scale' | 'tileSize' | 'batchSize' | 'testTimeAugmentation'> &
    Pick<Settings, 'validationEvery' | 'patience' | 'learningRate'>,
  data: Pick<DataRecord, 'items' | 'folds' | 'models' | 'masks' | 'classValues'>,
): number {
  const { scale, tileSize, batchSize, testTimeAugmentation, validationEvery, learningRate } = settings;
  const { items, folds, models } = data;
  const tiles = (shift: number): number =>
    items.reduce((sum, { width, height }) => {
      const across = (length: number): number =>
        Math.floor((length / scale / tileSize + 2 * BORDER) / shift) + 1;
      return sum + across(width) * across(height);
    }, 0);
  const views = testTimeAugmentation ? 4 : 1;
  const predicting = (count: number): number =>
    folds === 1 ? 0 : ((count / folds) * FORWARD_SHARE * secondsPerStep) / batchSize;
  const onTheWay = predicting(tiles(SHIFT.onTheWay));
  // So many validations, or one after so many steps.
  const [fixed, eachStep] =
    validationEvery === null ? [usualValidations(settings) * onTheWay, 0] : [0, onTheWay / validationEvery];
  const sweep = learningRate === 'auto' ? STARTING + SWEEP * secondsPerStep : 0;
  const atEnd = predicting(views * tiles(SHIFT.atEnd));
  const pixels = items.reduce((sum, { width, height }) => sum + width * height, 0);
  const scoring = folds === 1 || meaningOf(data).kind !== 'instances' ? 0 : (SCORING * pixels) / folds;
  const left = (PLANNED * seconds - sweep) / models - STARTING - fixed - atEnd - scoring;
  return Math.max(FEWEST, Math.floor(left / (DRAWING * secondsPerStep + eachStep)));
}
