import type { Image, LabelImage } from '@deepflash/imaging';

/** The objects of a mask that numbers them, counted anew from 1; ignored values are background. */
export function numberedObjects(
  { width, height, channels, data }: Image,
  ignored: readonly number[],
): LabelImage {
  const numbers = new Map<number, number>([0, ...ignored].map((value) => [value, 0]));
  let count = 0;
  const labels = Uint32Array.from({ length: width * height }, (_, pixel) => {
    const value = data[pixel * channels] as number;
    const known = numbers.get(value) ?? ++count;
    numbers.set(value, known);
    return known;
  });
  return { width, height, count, data: labels };
}
