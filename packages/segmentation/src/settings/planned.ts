import type { Settings } from './schema.js';

/** The settings that can be left open until the images are known. */
export const plannedNames = ['scale', 'tileSize', 'batchSize', 'steps'] as const;

export type PlannedName = (typeof plannedNames)[number];

/** Settings in which nothing is left open: what a network is trained by. */
export type PlannedSettings = Settings & { readonly [Name in PlannedName]: number };

/** Whether nothing is left open. */
export function isPlanned(settings: Settings): settings is PlannedSettings {
  return plannedNames.every((name) => settings[name] !== null);
}
