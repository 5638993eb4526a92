import type { Value } from '@deepflash/engine';
import type { Builder } from './layers.js';

/** Number of levels of an encoder, each half the size of the one before. */
export type Depth = 3 | 4 | 5;

/** Pixels of the image, along each axis, for one of the encoder's deepest features. */
export type OutputStride = 8 | 16 | 32;

/** Features of an encoder from the largest to the smallest; there are at least three levels. */
export type Features = readonly Value[];

export interface DecoderOptions {
  /** What `Architecture.channels` names, or the user's own. */
  readonly channels: readonly number[];
  /** Two more convolutions between encoder and decoder: what U-Nets have on a VGG. */
  readonly center: boolean;
}

/** How the features of any encoder become a map of classes: everything after the encoder. */
export interface Architecture {
  /** Levels of the encoder, unless asked otherwise. */
  readonly depth: Depth;
  /** Unless asked otherwise; below 32 the encoder's last levels are dilated instead of reduced. */
  readonly outputStride: OutputStride;
  /** The smallest image, in pixels of the deepest features, that the decoder can work on. */
  readonly smallest: number;
  /** Filters of the decoder's parts with an encoder of this depth, unless asked otherwise. */
  channels(depth: Depth): readonly number[];
  /** Adds the decoder to the graph; what it returns may still be smaller than the image. */
  decode(builder: Builder, features: Features, options: DecoderOptions): Value;
  readonly head: {
    /** Side of the kernel of the last convolution. */
    readonly kernel: 1 | 3;
    /** Where what is smaller than the image is enlarged to it: before or after the last convolution. */
    readonly enlarge: 'before' | 'after';
  };
}

/** The features `count` levels from the deepest on, deepest first. */
export function deepest(features: Features, count: number): Features {
  if (features.length < count) throw new RangeError(`The decoder needs ${count} levels of features.`);
  return features.slice(-count).reverse();
}
