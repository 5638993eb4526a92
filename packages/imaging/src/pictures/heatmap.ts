import type { Image } from '../image.js';

/**
 * Draws numbers, [height, width], as colours: viridis, from dark blue at `min` to yellow at `max`, whose steps
 * look equally large (N. Smith and S. van der Walt, matplotlib 1.5). What is outside takes the end's colour,
 * not-a-number is black. Throws a RangeError when `data` has another size.
 */
export function heatmap(
  data: ArrayLike<number>,
  width: number,
  height: number,
  range: { readonly min: number; readonly max: number },
): Image {
  if (data.length !== width * height) {
    throw new RangeError(`${data.length} numbers do not fill ${width} x ${height} pixels.`);
  }
  const factor = range.max > range.min ? 255 / (range.max - range.min) : 0;
  const picture = new Uint8Array(data.length * 3);
  for (let i = 0; i < data.length; i++) {
    const place = Math.round(Math.min(255, Math.max(0, ((data[i] as number) - range.min) * factor)));
    if (Number.isNaN(place)) continue;
    for (let c = 0; c < 3; c++) picture[i * 3 + c] = COLOURS[place * 3 + c] as number;
  }
  return { width, height, channels: 3, dtype: 'uint8', data: picture };
}

/** Coefficients of t^0 to t^6 for red, green and blue, fitted by M. Zucker (public domain); within 4 of 255. */
const VIRIDIS = [
  [
    0.2777273272234177, 0.1050930431085774, -0.3308618287255563, -4.634230498983486, 6.228269936347081,
    4.776384997670288, -5.435455855934631,
  ],
  [
    0.005407344544966578, 1.404613529898575, 0.214847559468213, -5.799100973351585, 14.17993336680509,
    -13.74514537774601, 4.645852612178535,
  ],
  [
    0.3340998053353061, 1.384590162594685, 0.09509516302823659, -19.33244095627987, 56.69055260068105,
    -65.35303263337234, 26.3124352495832,
  ],
];

const COLOURS = Uint8ClampedArray.from({ length: 256 * 3 }, (_, i) => {
  const t = Math.floor(i / 3) / 255;
  return 255 * (VIRIDIS[i % 3] ?? []).reduceRight((sum, coefficient) => sum * t + coefficient, 0);
});
