import { type Image, newSamples } from './image.js';

/** Whether an image has three channels that are equal in each pixel: a grey image stored as RGB. */
export function isGreyRgb(image: Image): boolean {
  if (image.channels !== 3) return false;
  const { data } = image;
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}

/**
 * The one-channel form of a grey image, which may be stored as RGB.
 * Throws a RangeError when the image has real colours: which of them to take is the caller's choice.
 */
export function toGrey(image: Image): Image {
  if (image.channels === 1) return image;
  if (!isGreyRgb(image)) throw new RangeError('The image has real colours and no single grey channel.');
  const data = newSamples(image.dtype, image.width * image.height);
  for (let i = 0; i < data.length; i++) data[i] = image.data[i * 3] as number;
  return { ...image, channels: 1, data };
}

/** A one-channel image where RGB is really grey, else the same image. */
export function reduceGreyRgb(image: Image): Image {
  return isGreyRgb(image) ? toGrey(image) : image;
}

/** An RGB image: grey is repeated in three channels, RGB is returned as it is. Throws a RangeError for other channel counts. */
export function toRgb(image: Image): Image {
  if (image.channels === 3) return image;
  if (image.channels !== 1) {
    throw new RangeError(`An image of ${image.channels} channels is neither grey nor RGB.`);
  }
  const data = newSamples(image.dtype, image.data.length * 3);
  for (let i = 0; i < image.data.length; i++) data.fill(image.data[i] as number, i * 3, i * 3 + 3);
  return { ...image, channels: 3, data };
}
