import type { Planes } from './planes.js';

/** What the values of all training images look like, channel by channel. */
export interface ChannelStatistics {
  readonly means: readonly number[];
  /** Standard deviations; 1 for a channel that is constant. */
  readonly stds: readonly number[];
  readonly minima: readonly number[];
  readonly maxima: readonly number[];
}

/** Takes images one after the other, so that no more than one needs to be in memory. */
export interface StatisticsAccumulator {
  /** @throws RangeError when the image has another number of channels than the first one. */
  add(planes: Planes): void;
  /** As `add`, of an image whose moments are known already, perhaps from another thread. */
  addMoments(image: ChannelMoments): void;
  /** @throws RangeError when no image was added. */
  result(): ChannelStatistics;
}

/**
 * The statistics of all pixels of all images taken together (each pixel counts the same, the standard
 * deviation is that of the population). Values that are no finite numbers are left out; a channel without
 * any other has mean 0 and standard deviation 1. Partial results are merged as in Chan, Golub and LeVeque
 * (1983), which stays exact where the sum of squares would not.
 */
export function channelStatistics(): StatisticsAccumulator {
  const moments: Moments[] = [];
  function addMoments(image: ChannelMoments): void {
    if (moments.length === 0) moments.push(...image.map(() => nothing));
    if (moments.length !== image.length) {
      throw new RangeError(`The image has ${image.length} channels, the images before it ${moments.length}.`);
    }
    image.forEach((channel, index) => {
      moments[index] = merged(moments[index] ?? nothing, channel);
    });
  }
  return {
    add: (planes) => addMoments(channelMoments(planes)),
    addMoments,
    result() {
      if (moments.length === 0) throw new RangeError('There is no image to take statistics of.');
      return {
        means: moments.map(({ mean }) => mean),
        stds: moments.map(deviation),
        minima: moments.map(({ count, minimum }) => (count === 0 ? 0 : minimum)),
        maxima: moments.map(({ count, maximum }) => (count === 0 ? 0 : maximum)),
      };
    },
  };
}

/** The statistics of one image. */
export function statisticsOf(planes: Planes): ChannelStatistics {
  const gathered = channelStatistics();
  gathered.add(planes);
  return gathered.result();
}

/** What an accumulator learns from one image, for each channel: plain numbers, which other threads can send. */
export type ChannelMoments = readonly Moments[];

/** The moments of one image. */
export function channelMoments({ channels, height, width, data }: Planes): ChannelMoments {
  const pixels = height * width;
  return Array.from({ length: channels }, (_, channel) =>
    planeMoments(data.subarray(channel * pixels, (channel + 1) * pixels)),
  );
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly squares: number;
  readonly minimum: number;
  readonly maximum: number;
}

const nothing: Moments = { count: 0, mean: 0, squares: 0, minimum: Infinity, maximum: -Infinity };

function planeMoments(plane: Float32Array): Moments {
  let count = 0;
  let sum = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i] as number;
    if (value - value !== 0) continue;
    count++;
    sum += value;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  if (count === 0) return nothing;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < plane.length; i++) {
    const distance = (plane[i] as number) - mean;
    if (distance - distance === 0) squares += distance * distance;
  }
  return { count, mean, squares, minimum, maximum };
}

function merged(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const difference = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (difference * b.count) / count,
    squares: a.squares + b.squares + (difference * difference * a.count * b.count) / count,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

function deviation({ count, squares, minimum, maximum }: Moments): number {
  if (count === 0 || minimum === maximum) return 1;
  return Math.sqrt(squares / count);
}
