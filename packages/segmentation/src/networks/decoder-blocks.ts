/** What several decoders are made of, with the names that segmentation_models.pytorch gives the parts. */
import { concat, relu, resize, type Value } from '@deepflash/engine';
import { type Builder, batchNorm, type Conv2dOptions, conv2d } from './layers.js';

/** Convolution, batch normalisation and ReLU: `name.0` and `name.1`. */
export function convBatchNormRelu(builder: Builder, name: string, x: Value, options: Conv2dOptions): Value {
  return relu(batchNorm(builder, `${name}.1`, conv2d(builder, `${name}.0`, x, options)));
}

/** Two convolutions of 3x3 with the same number of filters: `name.FIRST` and `name.SECOND`. */
export function twoConvolutions(
  builder: Builder,
  names: readonly [first: string, second: string],
  x: Value,
  filters: number,
): Value {
  const options: Conv2dOptions = { filters, kernel: 3, padding: 1 };
  return convBatchNormRelu(builder, names[1], convBatchNormRelu(builder, names[0], x, options), options);
}

/** Twice the size by nearest neighbour, joined with the encoder's features of that size, and two convolutions. */
export function unetBlock(
  builder: Builder,
  name: string,
  x: Value,
  { skip, filters }: { readonly skip: Value | undefined; readonly filters: number },
): Value {
  const enlarged = doubled(x);
  const joined = skip ? concat([enlarged, skip], 1) : enlarged;
  return twoConvolutions(builder, [`${name}.conv1`, `${name}.conv2`], joined, filters);
}

/** The deepest features after the two convolutions that U-Nets on a VGG begin with. */
export function centerBlock(builder: Builder, name: string, x: Value): Value {
  return twoConvolutions(builder, [`${name}.0`, `${name}.1`], x, x.shape[1] ?? 0);
}

/** Twice as high and wide, by nearest neighbour. */
export function doubled(x: Value): Value {
  const [, , height = 0, width = 0] = x.shape;
  return resize(x, [2 * height, 2 * width], 'nearest');
}

/** Twice as high and wide, bilinear, with the corners on each other. */
export function doubledSmoothly(x: Value): Value {
  const [, , height = 0, width = 0] = x.shape;
  return resize(x, [2 * height, 2 * width], 'bilinear-aligned');
}

/** Filters of a U-Net's levels: half as many at each, and 16 at the last. */
export function unetChannels(depth: number): readonly number[] {
  return [...[256, 128, 64, 32].slice(0, depth - 1), 16];
}
