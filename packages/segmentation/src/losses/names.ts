/** The losses by the names of deepFlash2, and one for touching objects; the best choice for most comes first. */
export const lossNames = [
  'CrossEntropyDiceLoss',
  'CrossEntropyLoss',
  'DiceLoss',
  'SoftCrossEntropyLoss',
  'JaccardLoss',
  'FocalLoss',
  'LovaszLoss',
  'TverskyLoss',
  'Poly1CrossEntropyLoss',
  'BoundaryCrossEntropyLoss',
] as const;

export type LossName = (typeof lossNames)[number];

/** Losses for which every pixel must belong to one class: they are not defined for the shares of a consensus. */
export const lossesOfCertainClasses: ReadonlySet<LossName> = new Set(['FocalLoss', 'LovaszLoss']);
