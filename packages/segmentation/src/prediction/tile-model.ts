/** A trained network as prediction sees it, whatever runs it. */
export interface TileModel {
  /**
   * The logits [N, K, H, W] of a batch of normalised tiles [N, C, H, W]. N is the batch size or, in the last
   * batch of an image, less. The batch is filled anew for the next call, so it must not be kept or
   * transferred; the model may reuse the array it returns at its own next call.
   */
  predict(batch: Float32Array, shape: TileBatchShape): Promise<Float32Array>;
}

/** Samples, channels, height and width. */
export type TileBatchShape = readonly [samples: number, channels: number, height: number, width: number];

/** A network gave an answer that cannot be used. */
export class ModelOutputError extends Error {
  override readonly name = 'ModelOutputError';
  /** Which of the models, counted from 0. */
  readonly model: number;
  readonly problem: string;
  readonly remedy: string;

  constructor(model: number, problem: string, remedy: string) {
    super(`Model ${model + 1} of the ensemble ${problem}: ${remedy}.`);
    this.model = model;
    this.problem = problem;
    this.remedy = remedy;
  }
}
