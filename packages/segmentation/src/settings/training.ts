import { z } from 'zod';
import { scheduleNames } from '../schedules/schedule.js';
import { between, shown, whole } from './kinds.js';

/** How long and on what is trained, and what is kept of it. */
export const trainingSettings = {
  folds: whole(1, 1000)
    .nullable()
    .default(null)
    .meta(
      shown(
        'Parts of the images for cross-validation; 1: one network on all images, none held out; null: 5, or one for each image where there are fewer.',
      ),
    ),
  models: whole(1, 1000)
    .nullable()
    .default(null)
    .meta(shown('How many of the folds are trained; null: all.')),
  seed: whole(0, 2 ** 32 - 1)
    .default(0)
    .meta(shown('Start of all random numbers; the same seed gives the same networks.')),
  device: z
    .enum(['auto', 'cpu', 'webgpu', 'cuda'])
    .default('auto')
    .meta(
      shown('What computes; auto times a few steps on each device of this machine and takes the fastest.'),
    ),
  threads: whole(1, 1024).nullable().default(null).meta(shown('Processor cores to use; null: all.')),
  tileThreads: whole(0, 64).nullable().default(null).meta({
    description:
      'Threads that prepare tiles while a step is computed; 0: none, null: by the cores. The tiles are the same.',
  }),
  batchSize: whole(1, 256)
    .nullable()
    .default(null)
    .meta(shown('Tiles in one training step; null: chosen by tile size and memory.')),
  steps: whole(1, 1_000_000)
    .nullable()
    .default(null)
    .meta(shown('Training steps of each network; null: chosen by the size of the images.')),
  epochs: between(0.001, 100_000)
    .nullable()
    .default(null)
    .meta(shown('Instead of steps: how often as many pixels are seen as the training images have.')),
  learningRate: z
    .union([between(1e-8, 10), z.literal('auto')])
    .default(1e-3)
    .meta({
      ...shown('Highest learning rate of the schedule; auto: by trying rates from small to large before.'),
      form: 'a number from 1e-8 to 10, or auto',
    }),
  schedule: z
    .enum(scheduleNames)
    .default('one-cycle')
    .meta(
      shown(
        'How the learning rate goes along the training. one-cycle: up and down; fine-tune: first without the encoder, then all of it, the encoder a hundredth as fast, for pretrained weights and few images; cosine: down; constant.',
      ),
    ),
  frozenPart: between(0, 0.9)
    .default(0.2)
    .meta({ description: 'For fine-tune: the part of the steps in which the encoder does not learn.' }),
  patience: whole(1, 1000)
    .nullable()
    .default(null)
    .meta(
      shown(
        'Ends the training of a network early after so many validations without a better Dice; null: never.',
      ),
    ),
  keep: z.enum(['best', 'last']).default('best').meta({
    description:
      'Which weights are kept: those that did best on the held-out images, or those of the last step.',
  }),
  validationEvery: whole(1, 1_000_000).nullable().default(null).meta({
    description:
      'Steps between validations; null: about five in each training, or four for each of patience.',
  }),
  testTimeAugmentation: z
    .boolean()
    .default(true)
    .meta(shown('Predict each tile in four flips and average: better and four times slower.')),
  modelWeights: z
    .enum(['equal', 'validation'])
    .default('equal')
    .meta(
      shown(
        'How much each network of an ensemble counts: all the same, or by its Dice on the images that it did not see.',
      ),
    ),
  groups: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({
      ...shown(
        'Which images belong together, of one animal for example: they come into the same fold, so that no network is tested on what it nearly knows.',
      ),
      form: 'the path of a CSV file with the columns file and group',
    }),
  minutes: between(0.1, 100_000)
    .nullable()
    .default(null)
    .meta(
      shown(
        'About how long the training may take on this machine, all networks together: plans the steps by timing a few. Without effect where steps or epochs are set.',
      ),
    ),
};
