import type { Random } from '../random.js';
import { type Shape, sizeOf } from '../tensor.js';

/** Fills a new variable. Convolution weights have the shape [O, I / groups, kH, kW], as in PyTorch. */
export type Initialiser = (shape: Shape, random: Random) => Float32Array;

export const zeros: Initialiser = (shape) => new Float32Array(sizeOf(shape));

export const ones: Initialiser = (shape) => new Float32Array(sizeOf(shape)).fill(1);

/** Normal with variance 2 / fan-out (He et al. 2015): what torchvision's ResNets use. */
export const kaimingNormalFanOut: Initialiser = (shape, random) => {
  const deviation = Math.sqrt(2 / fans(shape).out);
  return filled(shape, () => deviation * random.normal());
};

/** Normal with variance 2 / fan-in (He et al. 2015): what torchvision's DenseNets use. */
export const kaimingNormalFanIn: Initialiser = (shape, random) => {
  const deviation = Math.sqrt(2 / fans(shape).in);
  return filled(shape, () => deviation * random.normal());
};

/** Uniform with variance 1 / (3 fan-in): what PyTorch gives convolutions and linear layers by itself. */
export const pytorchUniform: Initialiser = (shape, random) =>
  uniform(shape, random, 1 / Math.sqrt(fans(shape).in));

/** Uniform in [-bound, bound). */
export function uniformWithin(bound: number): Initialiser {
  return (shape, random) => uniform(shape, random, bound);
}

/** Normal with the given standard deviation: 0.02 in timm's ConvNeXts. */
export function normalWith(deviation: number): Initialiser {
  return (shape, random) => filled(shape, () => deviation * random.normal());
}

/** One number everywhere. */
export function filledWith(number: number): Initialiser {
  return (shape) => new Float32Array(sizeOf(shape)).fill(number);
}

/** Uniform with variance 2 / fan-in (He et al. 2015): the decoders of segmentation_models.pytorch. */
export const kaimingUniformFanIn: Initialiser = (shape, random) =>
  uniform(shape, random, Math.sqrt(6 / fans(shape).in));

/** Uniform with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010): the segmentation heads there. */
export const xavierUniform: Initialiser = (shape, random) => {
  const fan = fans(shape);
  return uniform(shape, random, Math.sqrt(6 / (fan.in + fan.out)));
};

function uniform(shape: Shape, random: Random, bound: number): Float32Array {
  return filled(shape, () => (2 * random.next() - 1) * bound);
}

function filled(shape: Shape, draw: () => number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  for (let index = 0; index < values.length; index++) values[index] = draw();
  return values;
}

function fans(shape: Shape): { in: number; out: number } {
  const [out = 1, input = 1, ...kernel] = shape;
  return { in: input * sizeOf(kernel), out: out * sizeOf(kernel) };
}
