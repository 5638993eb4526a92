import type { Value } from '@deepflash/engine';
import type { Builder } from '../layers.js';

/** A network that reduces an image step by step. */
export interface Encoder {
  /**
   * Adds the encoder to the graph.
   *
   * @param prefix of all its parameters' names
   * @param x [N, C, H, W] with H and W multiples of 32
   * @returns the image and what each level makes of it: 1, 1/2, 1/4, 1/8, 1/16 and 1/32 of its size
   */
  features(builder: Builder, prefix: string, x: Value): readonly Value[];
}
