/** Fills in what the settings of a training leave open, once, and says why. */
import {
  type ImageSides,
  imageSides,
  networkShape,
  type PlannedName,
  type PlannedSettings,
  type Settings,
  trainingSteps,
  usualEncoder,
} from '@deepflash/segmentation';
import type { DataRecord } from '../data/record.js';
import { UsageError } from '../errors.js';
import { type Choice, chooseBatchSize, chooseScale, chooseSteps, chooseTileSize } from './choices.js';
import { chooseNetwork, type NetworkChoice, type WithEncoder } from './choose-network.js';
import { findLearningRate } from './find-learning-rate.js';
import { isOnProcessor } from './machine.js';
import { fittingSettings, LARGEST_SHARE, machineMemory, memoryOf } from './memory.js';
import { stepsInMinutes } from './time-budget.js';

export interface TrainingChoices {
  readonly settings: PlannedSettings;
  /** For each setting that was left open, why it got its value: a sentence. */
  readonly reasons: Reasons;
}

export type Reasons = Readonly<Partial<Record<PlannedName, string>>>;

/** Settings of which only the number of steps may be open. */
export type Shaped = WithEncoder & Sized;

/** Settings in which sizes are not open. */
type Sized = Settings & Pick<PlannedSettings, 'scale' | 'tileSize' | 'batchSize'>;

/**
 * Chooses network (and with it the processor, where no device has been chosen), scale, tile size, batch size and steps where they are open, and with `minutes` times a few steps.
 *
 * @param memory of the machine in MB
 * @throws UsageError for settings that do not fit into the memory, with some that do; WorkError where steps cannot be
 *   timed.
 */
export async function planTraining(
  settings: Settings,
  data: DataRecord,
  memory: number = machineMemory(),
): Promise<TrainingChoices> {
  const network = await chooseNetwork(settings);
  refuseFrozenNoise(network);
  const fitted = chooseFittingShape(network.settings, data, memory);
  const { steps, reason } = await chooseLength(fitted.settings, data);
  const { learningRate, ...found } = await chooseLearningRate(fitted.settings, data);
  return {
    settings: { ...fitted.settings, steps, learningRate },
    reasons: {
      ...{ ...network.reasons, ...fitted.reasons },
      ...(reason === undefined ? {} : { steps: reason }),
      ...(found.reason === undefined ? {} : { learningRate: found.reason }),
    },
  };
}

/** A schedule that holds the encoder still at first, and slow after, would leave one of random weights as it is. */
function refuseFrozenNoise({ settings, reasons }: NetworkChoice): void {
  const { schedule, encoderWeights, initialWeights } = settings;
  if (schedule !== 'fine-tune' || encoderWeights !== 'none' || initialWeights !== null) return;
  const why = reasons.encoderWeights === undefined ? '' : ` (${reasons.encoderWeights.replace(/\.$/, '')})`;
  throw new UsageError(
    `The schedule fine-tune is for networks whose encoder has been trained, and this one starts from random weights${why}: choose encoderWeights, or another schedule.`,
  );
}

export interface Shape<S extends Settings> {
  readonly settings: S & Sized;
  readonly reasons: Reasons;
}

/** Chooses scale, tile size and batch size where they are open, whatever the memory of the machine. */
export function chooseShape<S extends Settings>(settings: S, data: DataRecord): Shape<S> {
  const reasons: { -readonly [Name in PlannedName]?: string } = {};
  const decided = (name: 'scale' | 'tileSize' | 'batchSize', choose: () => Choice): number => {
    const given = settings[name];
    if (given !== null) return given;
    const { value, reason } = choose();
    reasons[name] = reason;
    return value;
  };
  const scale = decided('scale', () => chooseScale(data));
  const tileSize = decided('tileSize', () => chooseTileSize(data, scale, sidesOf(settings)));
  const batchSize = decided('batchSize', () => chooseBatchSize(tileSize));
  return { settings: { ...settings, scale, tileSize, batchSize }, reasons };
}

function sidesOf(settings: Settings): ImageSides {
  const { encoder } = settings;
  return imageSides(networkShape({ ...settings, encoder: encoder === 'auto' ? usualEncoder : encoder }));
}

/**
 * As `chooseShape`, smaller where the memory asks for it; that of a graphics card is not known.
 *
 * @throws UsageError for settings that were given and do not fit into the memory, with some that do.
 */
export function chooseFittingShape(
  settings: WithEncoder,
  data: DataRecord,
  memory: number = machineMemory(),
): Shape<WithEncoder> {
  const shape = chooseShape(settings, data);
  return isOnProcessor(settings) ? fittedShape(shape, settings, data, memory) : shape;
}

/** Makes what was chosen smaller until it fits; what was given and does not fit is refused. */
function fittedShape(
  shape: Shape<WithEncoder>,
  given: WithEncoder,
  data: DataRecord,
  memory: number,
): Shape<WithEncoder> {
  const room = LARGEST_SHARE * memory;
  const needed = memoryOf(shape.settings, data);
  if (needed <= room) return shape;
  const smaller = fittingSettings(shape.settings, data, room, Math.max(64, sidesOf(given).smallest));
  const sizes = `about ${gigabytes(needed)} GB of memory, and this machine has ${gigabytes(memory)} GB`;
  if (smaller === undefined) {
    throw new UsageError(
      `This training needs ${sizes}: choose a lighter encoder or architecture (deepflash networks lists what each takes).`,
    );
  }
  const changed = (['tileSize', 'batchSize'] as const).filter(
    (name) => smaller[name] !== shape.settings[name],
  );
  if (changed.some((name) => given[name] !== null)) {
    const remedy = changed.map((name) => `${name} to ${smaller[name]}`).join(' and ');
    throw new UsageError(
      `This training needs ${sizes}: set ${remedy} (about ${gigabytes(memoryOf(smaller, data))} GB).`,
    );
  }
  const reason = `More would need ${sizes}.`;
  return {
    settings: smaller,
    reasons: { ...shape.reasons, ...Object.fromEntries(changed.map((name) => [name, reason])) },
  };
}

/** The steps of each network. */
async function chooseLength(
  settings: Shaped,
  data: DataRecord,
): Promise<{ readonly steps: number; readonly reason?: string }> {
  const { tileSize, batchSize, scale, epochs, minutes } = settings;
  if (settings.steps !== null) return { steps: settings.steps };
  const pixels = trainedPixels(data);
  if (epochs !== null) {
    const steps = trainingSteps({ ...settings, steps: 1 }, pixels);
    return { steps, reason: `They follow from ${epochs} epochs, for each network by its own images.` };
  }
  if (minutes !== null) {
    const { value: steps, reason } = await stepsInMinutes(minutes, settings, data);
    return { steps, reason };
  }
  const device = isOnProcessor(settings) ? 'processor' : 'graphics';
  const { value: steps, reason } = chooseSteps(pixels / scale ** 2, tileSize, batchSize, device);
  return { steps, reason };
}

const USUAL_LEARNING_RATE = 1e-3;

async function chooseLearningRate(
  settings: Shaped,
  data: DataRecord,
): Promise<{ readonly learningRate: number; readonly reason?: string }> {
  const { learningRate, ...rest } = settings;
  if (learningRate !== 'auto') return { learningRate };
  const { suggestions } = await findLearningRate(rest, data);
  if (suggestions === null) {
    const reason =
      'Trying rates told nothing, since the loss exploded at once; this one suits most trainings.';
    return { learningRate: USUAL_LEARNING_RATE, reason };
  }
  const { valley, steepest, minimum } = suggestions;
  const [chosen, fastest, tenth] = [valley, steepest, minimum].map((rate) => Number(rate.toPrecision(2)));
  return {
    learningRate: chosen ?? USUAL_LEARNING_RATE,
    reason: `Of the rates that were tried, it lies two thirds down the loss's longest descent (steepest at ${fastest}; a tenth of the rate with the least loss is ${tenth}).`,
  };
}

/** Of the images that one network is trained on. */
function trainedPixels({ items, folds }: DataRecord): number {
  const all = items.reduce((sum, { width, height }) => sum + width * height, 0);
  return folds === 1 ? all : (all * (folds - 1)) / folds;
}

function gigabytes(megabytes: number): string {
  return (megabytes / 1000).toFixed(1);
}
