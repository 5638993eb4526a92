import { type Image, isGreyRgb } from '@deepflash/imaging';
import type { Planes } from './planes.js';

/** The numbers of channels that an image can be taken to have: RGB that is really grey can be either. */
export function channelChoices(image: Image): readonly number[] {
  return isGreyRgb(image) ? [1, 3] : [image.channels];
}

/**
 * The values of an image as planes [C, H, W] with so many channels.
 * Throws a RangeError when `channels` is none of its `channelChoices`.
 */
export function toPlanes(image: Image, channels: number): Planes {
  if (!channelChoices(image).includes(channels)) {
    throw new RangeError(`An image of ${image.channels} channels cannot be taken as one of ${channels}.`);
  }
  const { width, height, data } = image;
  const pixels = width * height;
  const planes = new Float32Array(channels * pixels);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0, from = channel, to = channel * pixels; i < pixels; i++, from += image.channels) {
      planes[to + i] = data[from] as number;
    }
  }
  return { channels, width, height, data: planes };
}
