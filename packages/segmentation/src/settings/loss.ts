import { z } from 'zod';
import { lossNames } from '../losses/names.js';
import { DEFAULT_LOSS_PARAMETERS } from '../losses/parameters.js';
import { between, shown } from './kinds.js';

/** What the training makes small. */
export const lossSettings = {
  loss: z
    .enum(lossNames)
    .default('CrossEntropyDiceLoss')
    .meta(
      shown(
        'What the training makes small. CrossEntropyDiceLoss suits most. Dice, Jaccard, Lovasz and Tversky look at whole regions, for small or rare objects; Focal and Poly1 mind the pixels that are hard; SoftCrossEntropy trusts the masks a little less; BoundaryCrossEntropy keeps touching objects apart.',
      ),
    ),
  classWeights: z.array(z.number().positive()).min(2).nullable().default(null).meta({
    description: 'How much each class counts in the loss, the background first; null: all the same.',
    form: 'a number above 0 for each class',
  }),
  labelSmoothing: between(0, 0.9)
    .default(DEFAULT_LOSS_PARAMETERS.labelSmoothing)
    .meta({ description: 'SoftCrossEntropyLoss: the part of each pixel that is spread over all classes.' }),
  focalGamma: between(0, 10)
    .default(DEFAULT_LOSS_PARAMETERS.focalGamma)
    .meta({ description: 'FocalLoss: how much less pixels count that are nearly right.' }),
  focalAlpha: between(0, 1)
    .default(DEFAULT_LOSS_PARAMETERS.focalAlpha)
    .meta({ description: 'FocalLoss: what pixels of a class count; those of other classes count the rest.' }),
  tverskyAlpha: between(0, 10)
    .default(DEFAULT_LOSS_PARAMETERS.tverskyAlpha)
    .meta({ description: 'TverskyLoss: what a pixel costs that is wrongly found.' }),
  tverskyBeta: between(0, 10)
    .default(DEFAULT_LOSS_PARAMETERS.tverskyBeta)
    .meta({ description: 'TverskyLoss: what a pixel costs that is missed.' }),
  polyEpsilon: between(-1, 10)
    .default(DEFAULT_LOSS_PARAMETERS.polyEpsilon)
    .meta({ description: 'Poly1CrossEntropyLoss: how much more wrong pixels cost.' }),
  boundaryWeight: between(0, 1000)
    .default(DEFAULT_LOSS_PARAMETERS.boundaryWeight)
    .meta({ description: 'BoundaryCrossEntropyLoss: how much more a pixel between two objects counts.' }),
  boundaryWidth: between(0.5, 20).default(DEFAULT_LOSS_PARAMETERS.boundaryWidth).meta({
    description: 'BoundaryCrossEntropyLoss: how far from the objects that goes, in pixels of the tile.',
  }),
};
