import type { Image, SampleArray } from '../image.js';

export interface DisplayOptions {
  /** Percentile of the samples shown black; default 1. */
  readonly lowPercentile?: number;
  /** Percentile of the samples shown white; default 99.8, so that a few hot pixels do not darken the rest. */
  readonly highPercentile?: number;
}

/**
 * A picture of an image for the eye: 8 bit, stretched between two percentiles. Grey and RGB stay grey and RGB
 * (all channels stretched alike); of other channel counts the mean is shown. A constant image comes out black,
 * and not-a-number as black. Percentiles of images above a million samples are taken from every n-th sample.
 */
export function toDisplay(image: Image, options: DisplayOptions = {}): Image {
  const shown = image.channels === 1 || image.channels === 3 ? image : { ...image, ...channelMean(image) };
  const { lowPercentile = 1, highPercentile = 99.8 } = options;
  const sorted = sortedSample(shown.data);
  let low = percentile(sorted, lowPercentile);
  let high = percentile(sorted, highPercentile);
  if (!(high > low)) {
    low = sorted[0] ?? 0;
    high = sorted.at(-1) ?? 0;
  }
  const factor = high > low ? 255 / (high - low) : 0;
  const data = new Uint8ClampedArray(shown.data.length);
  for (let i = 0; i < data.length; i++) data[i] = ((shown.data[i] as number) - low) * factor;
  return { ...shown, dtype: 'uint8', data: new Uint8Array(data.buffer) };
}

const MOST_SORTED = 2 ** 20;

function sortedSample(data: SampleArray): SampleArray {
  const step = Math.ceil(data.length / MOST_SORTED);
  const sample = step === 1 ? data.slice() : data.slice(0, Math.floor(data.length / step));
  if (step > 1) for (let i = 0; i < sample.length; i++) sample[i] = data[i * step] as number;
  return (sample instanceof Float32Array ? sample.filter(Number.isFinite) : sample).sort();
}

/** The q-th percentile of sorted numbers, between two of them in proportion (Hyndman and Fan 1996, type 7). */
function percentile(sorted: SampleArray, q: number): number {
  const place = ((sorted.length - 1) * Math.min(100, Math.max(0, q))) / 100;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

function channelMean({ width, height, channels, data }: Image): Pick<Image, 'channels' | 'dtype' | 'data'> {
  const mean = new Float32Array(width * height);
  for (let i = 0, from = 0; i < mean.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[from++] as number;
    mean[i] = sum / channels;
  }
  return { channels: 1, dtype: 'float32', data: mean };
}
