import { add } from '@deepflash/engine';
import { crossEntropy } from './cross-entropy.js';
import { dice } from './dice.js';
import type { Loss } from './loss.js';

/** The losses by the names of deepFlash2. */
export const losses = {
  CrossEntropyDiceLoss: (logits, truth) => add(crossEntropy(logits, truth), dice(logits, truth)),
  CrossEntropyLoss: crossEntropy,
  DiceLoss: dice,
} as const satisfies Record<string, Loss>;
