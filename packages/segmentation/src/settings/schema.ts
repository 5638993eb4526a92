/** Every setting of a training, once: flags, forms, help texts and checks come from this schema. */
import { z } from 'zod';
import { augmentationSettings } from './augmentation.js';
import { dataSettings } from './data.js';
import { lossSettings } from './loss.js';
import { networkSettings } from './network.js';
import { optimizerSettings } from './optimizer.js';
import { separationSettings } from './separation.js';
import { trainingSettings } from './training.js';

/** The version of the settings' names and meanings, kept in each run's `config.json`. */
export const schemaVersion = 1;

/** All settings with defaults, ranges and help texts. Unknown names are refused. */
export const settingsSchema = z.strictObject({
  ...networkSettings,
  ...separationSettings,
  ...dataSettings,
  ...trainingSettings,
  ...optimizerSettings,
  ...lossSettings,
  ...augmentationSettings,
});

/** Which parts of an image file are used. */
export const selectionSchema = settingsSchema.pick({ channels: true, z: true, time: true });

/** Settings with every default filled in. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;
