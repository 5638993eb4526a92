import type { EncoderName } from '../networks/network.js';
import type { Settings } from './schema.js';

/** The settings that can be left open, with null or `auto`, until images and machine are known. */
export const plannedNames = [
  'device',
  'encoder',
  'encoderWeights',
  'scale',
  'tileSize',
  'batchSize',
  'learningRate',
  'steps',
] as const satisfies readonly (keyof Settings)[];

export type PlannedName = (typeof plannedNames)[number];

/** Settings in which nothing is left open: what a network is trained by. */
export type PlannedSettings = Settings & {
  readonly [Name in PlannedName]: Exclude<Settings[Name], null | 'auto'>;
};

/** The encoder that stands for one that is still open where its sides matter alone: those of all that are chosen. */
export const usualEncoder: EncoderName = 'resnet34';

/** Whether nothing is left open. */
export function isPlanned(settings: Settings): settings is PlannedSettings {
  return plannedNames.every((name) => !isOpen(settings[name]));
}

/** Whether the value of a setting that can be left open leaves it open. */
export function isOpen(value: Settings[PlannedName]): value is null | 'auto' {
  return value === null || value === 'auto';
}
