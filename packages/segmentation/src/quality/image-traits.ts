/**
 * What an image looks like, in few numbers: how bright it is, how strong its contrast, how lopsided its histogram, and at
 * which sizes its structures lie. The last is the spectrum of Haar wavelets: the variance of means of 2^s x 2^s pixels
 * falls with s by what there is of structures of that size.
 *
 * Brightness, contrast and variances are logarithms, so that differences are factors.
 */
import type { Planes } from '../sampling/planes.js';

export const traitNames = [
  'brightness',
  'contrast',
  'skewness',
  'finest',
  'fine',
  'middle',
  'coarse',
] as const;

export type TraitName = (typeof traitNames)[number];

/** The traits of one channel. */
export type ChannelTraits = Readonly<Record<TraitName, number>>;

export interface TraitGatherer {
  /** Adds a window of the image, [C, H, W]; values that are no finite numbers count as 0. */
  add(window: Planes): void;
  /** The traits of each channel. */
  result(): ChannelTraits[];
}

/** Sides of blocks whose means are looked at: between neighbouring ones lie the four bands of structures. */
const LEVELS = 5;
/** What a band has at least of the whole variance, so that logarithms stay in bounds. */
const LEAST_SHARE = 1e-3;

/** Gathers the traits of one image from windows of it. */
export function traitGatherer(): TraitGatherer {
  const channels: Float64Array[][] = [];
  return {
    add(window) {
      for (let channel = 0; channel < window.channels; channel++) {
        const pixels = window.height * window.width;
        const values = window.data.subarray(channel * pixels, (channel + 1) * pixels);
        const sums = channels[channel] ?? Array.from({ length: LEVELS }, () => new Float64Array(4));
        channels[channel] = sums;
        addLevels(sums, values, window.height, window.width);
      }
    },
    result: () => channels.map(traitsOf),
  };
}

/** Adds count, sum, sum of squares and of cubes of the pixels, and of the means of larger and larger blocks. */
function addLevels(sums: readonly Float64Array[], pixels: Float32Array, rows: number, columns: number): void {
  let [values, height, width] = [pixels, rows, columns];
  for (const [level, at] of sums.entries()) {
    if (level > 0) {
      values = halved(values, height, width);
      height >>= 1;
      width >>= 1;
    }
    let [count, sum, squares, cubes] = [0, 0, 0, 0];
    for (const value of values) {
      const finite = value - value === 0 ? value : 0;
      count++;
      sum += finite;
      squares += finite * finite;
      cubes += finite * finite * finite;
    }
    [count, sum, squares, cubes].forEach((term, i) => {
      at[i] = (at[i] as number) + term;
    });
  }
}

/** Means of 2 x 2 pixels; an odd last row or column is left out. */
function halved(values: Float32Array, height: number, width: number): Float32Array {
  const [rows, columns] = [height >> 1, width >> 1];
  const out = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const i = 2 * y * width + 2 * x;
      const four = [values[i], values[i + 1], values[i + width], values[i + width + 1]] as number[];
      out[y * columns + x] = ((four[0] ?? 0) + (four[1] ?? 0) + (four[2] ?? 0) + (four[3] ?? 0)) / 4;
    }
  }
  return out;
}

function traitsOf(sums: readonly Float64Array[]): ChannelTraits {
  const moments = sums.map(([count = 0, sum = 0, squares = 0, cubes = 0]) => {
    if (count === 0) return { mean: 0, variance: 0, skewness: 0 };
    const mean = sum / count;
    const variance = Math.max(0, squares / count - mean * mean);
    const third = cubes / count - 3 * mean * (squares / count) + 2 * mean ** 3;
    return { mean, variance, skewness: variance > 0 ? third / variance ** 1.5 : 0 };
  });
  const [pixels = { mean: 0, variance: 0, skewness: 0 }] = moments;
  const [finest = 0, fine = 0, middle = 0, coarse = 0] = moments.slice(1).map(({ variance }, level) => {
    const finer = moments[level]?.variance ?? 0;
    const share = pixels.variance > 0 ? (finer - variance) / pixels.variance : 0;
    return Math.log(Math.max(share, LEAST_SHARE));
  });
  return {
    brightness: Math.log(Math.max(pixels.mean, 1e-6)),
    contrast: Math.log(Math.max(Math.sqrt(pixels.variance), 1e-6)),
    skewness: Math.asinh(pixels.skewness),
    ...{ finest, fine, middle, coarse },
  };
}
