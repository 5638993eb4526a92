import type { Value } from '@deepflash/engine';
import type { Builder } from '../layers.js';

export interface EncoderOptions {
  /** Number of levels, each half the size of the one before; 5 by default. */
  readonly depth?: 3 | 4 | 5;
  /** Pixels of the image for one of the deepest features; below 32 the last levels are dilated instead. 32 by default. */
  readonly outputStride?: 8 | 16 | 32;
}

/** A network that reduces an image step by step. */
export interface Encoder {
  /**
   * Adds the encoder to the graph.
   *
   * @param prefix of all its parameters' names
   * @param x [N, C, H, W] with H and W multiples of 32
   * @returns the image (or features of its size) and what each level makes of it: 1, 1/2, 1/4, 1/8, 1/16 and 1/32 of
   * its size. An encoder that starts at 1/4 (ConvNeXt) leaves 1/2 out: the shapes tell.
   */
  features(builder: Builder, prefix: string, x: Value, options?: EncoderOptions): readonly Value[];
}
