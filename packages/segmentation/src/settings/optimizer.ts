import { z } from 'zod';
import { optimizerNames } from '../training/optimizer.js';
import { between, shown } from './kinds.js';

/** How the weights follow the gradients. */
export const optimizerSettings = {
  optimizer: z
    .enum(optimizerNames)
    .default('Adam')
    .meta(
      shown(
        'How the weights follow the gradients. Adam suits most; RAdam and Ranger start more carefully; LAMB and LARC are for large batches; SGD and LARC want a learningRate about fifty times as large.',
      ),
    ),
  momentum: between(0, 0.999).default(0.95).meta({
    description:
      "How much of the earlier steps is in each (Adam's first beta), at the start and the end; 0.1 less where the learning rate is highest. RMSProp has none.",
  }),
  beta2: between(0, 0.99999).nullable().default(null).meta({
    description:
      'How long the size of earlier gradients is remembered; null: 0.99 for RMSProp, 0.999 for the others. Not used by SGD and LARC.',
  }),
  epsilon: z.number().positive().nullable().default(null).meta({
    description:
      "Added to the size of the gradients before dividing by it; null: the optimizer's own. Not used by SGD and LARC.",
  }),
  nesterov: z.boolean().default(false).meta({ description: 'SGD looks one step of its momentum ahead.' }),
  weightDecay: between(0, 1)
    .default(0)
    .meta({ description: 'Pull of the weights towards zero; biases and normalisations are left alone.' }),
  emaDecay: between(0, 0.99999).nullable().default(null).meta({
    description:
      'Validate and keep a moving average of the weights, of which so much remains in each step, such as 0.99; null: the weights themselves.',
  }),
  gradientClip: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .meta({ description: 'Largest norm of all gradients together; null: no limit.' }),
};
