import { type Image, newSamples } from '../image.js';

export type Reduction = 'mean' | 'nearest';

/**
 * An image of half the size, rounded up: each pixel is the mean of the up to four that it covers (rounded for
 * integers), or the upper left one of them.
 */
export function halved(image: Image, reduction: Reduction): Image {
  const { width, height, channels, dtype, data } = image;
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const small = newSamples(dtype, w * h * channels);
  const rounding = dtype === 'float32' ? 0 : 0.5;
  for (let y = 0, to = 0; y < h; y++) {
    const row = y * 2 * width * channels;
    const down = y * 2 + 1 < height ? width * channels : 0;
    for (let x = 0; x < w; x++) {
      const right = x * 2 + 1 < width ? channels : 0;
      for (let c = 0; c < channels; c++, to++) {
        const at = row + x * 2 * channels + c;
        if (reduction === 'nearest') small[to] = data[at] as number;
        else {
          // At an odd edge the pixels stand for those that are missing.
          const above = (data[at] as number) + (data[at + right] as number);
          const below = (data[at + down] as number) + (data[at + down + right] as number);
          small[to] = (above + below) / 4 + rounding;
        }
      }
    }
  }
  return { width: w, height: h, channels, dtype, data: small };
}
