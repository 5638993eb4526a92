import { add } from '@deepflash/engine';
import { crossEntropy, softCrossEntropy } from './cross-entropy.js';
import { dice } from './dice.js';
import { focal } from './focal.js';
import { jaccard } from './jaccard.js';
import type { Loss } from './loss.js';
import { lovasz } from './lovasz.js';
import type { LossName } from './names.js';
import { poly1CrossEntropy } from './poly1-cross-entropy.js';
import { tversky } from './tversky.js';

/** The losses by the names of deepFlash2; `BoundaryCrossEntropyLoss` is cross-entropy with `boundaryWeights`. */
export const losses: Readonly<Record<LossName, Loss>> = {
  CrossEntropyDiceLoss: (logits, truth, options) =>
    add(crossEntropy(logits, truth, options), dice(logits, truth, options)),
  CrossEntropyLoss: crossEntropy,
  DiceLoss: dice,
  SoftCrossEntropyLoss: softCrossEntropy,
  JaccardLoss: jaccard,
  FocalLoss: focal,
  LovaszLoss: lovasz,
  TverskyLoss: tversky,
  Poly1CrossEntropyLoss: poly1CrossEntropy,
  BoundaryCrossEntropyLoss: crossEntropy,
};
