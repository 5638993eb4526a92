/** How like two places of an image are, for the magic wand. */
import type { Pixels } from '../api.ts';
import { contrastOf } from '../viewer/colours.ts';

/** From 0, the same, to 1, as far apart as dark and bright in the channel in which two pixels differ most. */
export type Difference = (pixel: number, other: number) => number;

/** Each pixel is taken as the mean of the 3 x 3 around it, so that noise leaves no holes. */
export function differenceIn(pixels: Pixels): Difference {
  const { width, height, channels, data } = pixels;
  const ranges = Array.from({ length: channels }, (_, channel) => {
    const { low, high } = contrastOf(pixels, channel);
    return high - low;
  });
  const meanAt = (pixel: number, channel: number): number => {
    const column = pixel % width;
    const row = (pixel - column) / width;
    let [sum, count] = [0, 0];
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
        sum += data[(y * width + x) * channels + channel] as number;
        count += 1;
      }
    }
    return sum / count;
  };
  let known = { pixel: -1, means: [] as number[] };
  return (pixel, other) => {
    if (known.pixel !== other) known = { pixel: other, means: ranges.map((_, c) => meanAt(other, c)) };
    let most = 0;
    for (let c = 0; c < channels; c++) {
      const apart = Math.abs(meanAt(pixel, c) - (known.means[c] as number)) / (ranges[c] as number);
      if (apart > most) most = apart;
    }
    return most;
  };
}
