/**
 * Networks that go by absolute brightness see nothing of sense in an image of another bit depth: values of 16 bit where they
 * learnt 8 bit, or fractions from 0 to 1. Where each image is normalised by itself, any depth will do.
 */
import { ImageFileError, type ImageInfo } from '@deepflash/imaging';
import type { ChannelTraits, ModelDescription } from '@deepflash/segmentation';

/** How far, in standard deviations of the training images, no exposure takes an image of the same kind. */
const FAR = 20;
/** Training images of a larger mean hold no fractions. */
const NO_FRACTION = 10;

/** Throws an ImageFileError where an image has another bit depth than those of the training. */
export function checkBrightness(
  file: string,
  traits: readonly ChannelTraits[],
  { dtype }: Pick<ImageInfo, 'dtype'>,
  { normalisation = 'dataset', means, stds }: Pick<ModelDescription, 'normalisation' | 'means' | 'stds'>,
): void {
  if (normalisation !== 'dataset' || traits.length !== means.length) return;
  const other = traits.every(({ brightness }, channel) => {
    const [mean, usual, spread] = [Math.exp(brightness), means[channel] ?? 0, stds[channel] ?? 1];
    const fraction = dtype === 'float32' && mean <= 1 && usual > NO_FRACTION;
    return fraction || mean - usual > FAR * spread;
  });
  if (!other) return;
  const shown = (values: readonly number[]): string => values.map((value) => value.toPrecision(3)).join(', ');
  throw new ImageFileError({
    file,
    problem: `has a mean brightness of ${shown(traits.map(({ brightness }) => Math.exp(brightness)))}, and the networks, which go by absolute brightness, learnt from images of ${shown(means)}, so its bit depth seems to be another one`,
    remedy: 'save it in that of the training images, or train with normalisation=image',
  });
}
