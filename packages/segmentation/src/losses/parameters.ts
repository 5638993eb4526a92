/** The numbers that losses take, each used by the losses of which it speaks. */
export interface LossParameters {
  /** The part of the truth that `SoftCrossEntropyLoss` spreads over all classes. */
  readonly labelSmoothing: number;
  /** How much less `FocalLoss` minds pixels that are nearly right; 0: not at all. */
  readonly focalGamma: number;
  /** What `FocalLoss` gives to pixels of a class; one minus it goes to those of other classes. */
  readonly focalAlpha: number;
  /** What `TverskyLoss` makes pay a pixel that is wrongly found. */
  readonly tverskyAlpha: number;
  /** What `TverskyLoss` makes pay a pixel that is missed. */
  readonly tverskyBeta: number;
  /** Weight of the first polynomial term in `Poly1CrossEntropyLoss`. */
  readonly polyEpsilon: number;
  /** What `BoundaryCrossEntropyLoss` adds at most to the weight of a pixel between two objects. */
  readonly boundaryWeight: number;
  /** How far that reaches, in pixels of the tile. */
  readonly boundaryWidth: number;
}

/**
 * Those of deepFlash2 0.2.4, and of the U-Net paper for the boundaries; only the label smoothing is not its 0, with
 * which the loss would be plain cross-entropy.
 */
export const DEFAULT_LOSS_PARAMETERS: LossParameters = {
  labelSmoothing: 0.1,
  focalGamma: 2,
  focalAlpha: 0.5,
  tverskyAlpha: 0.5,
  tverskyBeta: 0.5,
  polyEpsilon: 1,
  boundaryWeight: 10,
  boundaryWidth: 5,
};
