/** U-Net (Ronneberger et al. 2015) on any encoder, in the form and with the names of segmentation_models.pytorch. */
import { concat, kaimingUniformFanIn, relu, resize, type Value, xavierUniform } from '@deepflash/engine';
import type { Encoder } from './encoders/encoder.js';
import { type Builder, batchNorm, conv2d, conv2dWithBias } from './layers.js';

const decoderFilters = [256, 128, 64, 32, 16] as const;

/**
 * Adds a U-Net to the graph.
 *
 * @param x [N, C, H, W] with H and W multiples of 32
 * @returns logits [N, classes, H, W]
 */
export function unet(given: Builder, encoder: Encoder, x: Value, classes: number): Value {
  // The features but the image itself, the smallest first.
  const [deepest, ...skips] = encoder.features(given, 'encoder', x).slice(1).reverse();
  if (!deepest) throw new RangeError('The encoder has no features.');
  const builder: Builder = { ...given, initialise: kaimingUniformFanIn };
  const decoded = decoderFilters.reduce(
    (y, filters, block) => decoderBlock(builder, `decoder.blocks.${block}`, y, skips[block], filters),
    deepest,
  );
  const head: Builder = { ...given, initialise: xavierUniform };
  return conv2dWithBias(head, 'segmentation_head.0', decoded, { filters: classes, kernel: 3, padding: 1 });
}

function decoderBlock(
  builder: Builder,
  name: string,
  x: Value,
  skip: Value | undefined,
  filters: number,
): Value {
  const [, , height = 0, width = 0] = x.shape;
  const enlarged = resize(x, [2 * height, 2 * width], 'nearest');
  const joined = skip ? concat([enlarged, skip], 1) : enlarged;
  const first = conv2d(builder, `${name}.conv1.0`, joined, { filters, kernel: 3, padding: 1 });
  const inner = relu(batchNorm(builder, `${name}.conv1.1`, first));
  const second = conv2d(builder, `${name}.conv2.0`, inner, { filters, kernel: 3, padding: 1 });
  return relu(batchNorm(builder, `${name}.conv2.1`, second));
}
