import { z } from 'zod';
import { between } from './kinds.js';

/** How training tiles are changed at random. */
export const augmentationSettings = {
  flips: z.boolean().default(true).meta({ description: 'Augmentation: mirror tiles at random.' }),
  rotation: between(0, 360)
    .default(360)
    .meta({ description: 'Augmentation: turn half of the tiles by up to so many degrees.' }),
  gamma: z
    .tuple([between(0.1, 10), between(0.1, 10)])
    .refine(([lowest, highest]) => lowest <= highest)
    .default([0.8, 1.2])
    .meta({
      description: 'Augmentation: give half of the tiles a gamma between these; 1,1 for none.',
      form: 'two numbers from 0.1 to 10, the smaller one first',
    }),
  brightness: between(0, 1)
    .default(0)
    .meta({ description: "Augmentation: change brightness by up to this part of the images' range." }),
  contrast: between(0, 0.95)
    .default(0)
    .meta({ description: 'Augmentation: change contrast by up to this part.' }),
};
