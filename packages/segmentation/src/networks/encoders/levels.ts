/** What the encoders of segmentation_models.pytorch do alike with depth and output stride. */
import type { ConvolutionOptions } from '@deepflash/engine';
import type { Builder } from '../layers.js';
import type { EncoderOptions } from './encoder.js';

/** An encoder that cannot keep the size of its deep levels. */
export class DilationError extends Error {
  override readonly name = 'DilationError';
  readonly encoder: string;

  constructor(encoder: string) {
    super(
      `The encoder ${encoder} halves its images by pooling, which no dilation can replace. ` +
        'Take another encoder for this architecture, or an output stride of 32.',
    );
    this.encoder = encoder;
  }
}

/** How the levels of an encoder are built. */
export interface Levels {
  /** The features that are asked for, of all that there are. */
  cut<T>(features: readonly T[]): readonly T[];
  /**
   * Where the layers of a level, from 1, go. Levels below the depth still have their parameters, so that whole weights
   * files fit; nothing needs their results, and no statistics are gathered for them.
   */
  builder(given: Builder, level: number): Builder;
  /** How a convolution that keeps the size, but for its stride, moves in a level: dilated ones do not stride. */
  window(level: number, kernel: number, stride?: number): Required<Omit<ConvolutionOptions, 'groups'>>;
}

/** The levels of an encoder with the given options. */
export function levelsOf({ depth = 5, outputStride = 32 }: EncoderOptions = {}): Levels {
  const dilations = { 32: [1, 1], 16: [1, 2], 8: [2, 4] }[outputStride];
  return {
    cut: (features) => features.slice(0, depth + 1),
    builder: (given, level) => (level > depth ? { ...given, mode: 'evaluate' } : given),
    window(level, kernel, stride = 1) {
      const dilation = dilations[level - 4] ?? 1;
      const padding = Math.floor(kernel / 2) * dilation;
      return { stride: dilation === 1 ? stride : 1, padding, dilation };
    },
  };
}

/** Refuses an output stride below 32. */
export function undilated(encoder: string, { outputStride = 32 }: EncoderOptions = {}): void {
  if (outputStride !== 32) throw new DilationError(encoder);
}
