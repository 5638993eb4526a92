/** From samples and labels to colours on the screen. */
import type { Pixels } from '../api.ts';

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [number, number, number];

/** Colours of classes, told apart also by people who see red and green alike; the background has none. */
export const CLASS_COLOURS: readonly Colour[] = [
  [0, 0, 0],
  [255, 176, 0],
  [0, 190, 255],
  [230, 80, 230],
  [120, 220, 80],
  [255, 90, 60],
  [130, 110, 255],
];

const CHANNEL_COLOURS: readonly Colour[] = [
  [80, 255, 120],
  [255, 80, 220],
  [60, 200, 255],
  [255, 210, 60],
  [255, 90, 60],
  [255, 255, 255],
];

/** What is shown black and what brightest. */
export interface Contrast {
  readonly low: number;
  readonly high: number;
}

/** The values between which nearly all samples lie: 0.5 % are darker, and 0.2 % brighter. */
export function usualContrast({ data }: Pixels): Contrast {
  const every = Math.max(1, Math.floor(data.length / 50_000));
  const some = Float64Array.from(
    { length: Math.ceil(data.length / every) },
    (_, i) => data[i * every] ?? 0,
  ).sort();
  const at = (part: number): number => some[Math.min(some.length - 1, Math.floor(part * some.length))] ?? 0;
  const [low, high] = [at(0.005), at(0.998)];
  return high > low ? { low, high } : { low, high: low + 1 };
}

/** Draws samples: one channel grey, three of 8 bit as they are, others each in a colour and added up. */
export function tinted({ width, height, channels, data }: Pixels, { low, high }: Contrast): ImageData {
  const picture = new ImageData(width, height);
  const out = picture.data;
  const factor = 255 / (high - low);
  const asIs = channels === 3 && data instanceof Uint8Array;
  for (let pixel = 0, to = 0, from = 0; pixel < width * height; pixel++, to += 4, from += channels) {
    if (channels === 1) {
      const value = ((data[from] as number) - low) * factor;
      out[to] = out[to + 1] = out[to + 2] = value;
    } else if (asIs) {
      for (let c = 0; c < 3; c++) out[to + c] = data[from + c] as number;
    } else {
      for (let channel = 0; channel < channels; channel++) {
        const colour = CHANNEL_COLOURS[channel % CHANNEL_COLOURS.length] as Colour;
        const part = Math.max(0, ((data[from + channel] as number) - low) / (high - low));
        for (let c = 0; c < 3; c++) out[to + c] = (out[to + c] as number) + part * (colour[c] as number);
      }
    }
    out[to + 3] = 255;
  }
  return picture;
}

/** Draws a part of labels in the colours of their classes; the background is clear. */
export function labelPicture(
  labels: { readonly width: number; readonly data: Uint8Array },
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): ImageData {
  const picture = new ImageData(area.width, area.height);
  for (let y = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++) {
      const value = labels.data[(area.y + y) * labels.width + area.x + x] as number;
      if (value === 0) continue;
      const colour = CLASS_COLOURS[1 + ((value - 1) % (CLASS_COLOURS.length - 1))] as Colour;
      picture.data.set([...colour, 255], 4 * (y * area.width + x));
    }
  }
  return picture;
}

/** Uncertainty from 0, clear, to 1, bright. */
export function heatPicture({ width, height, data }: Pixels): ImageData {
  const picture = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const value = Math.min(1, Math.max(0, data[i] as number));
    picture.data.set(
      [
        255,
        Math.round(255 * Math.max(0, 2 * value - 0.6)),
        Math.round(120 * value ** 3),
        Math.round(255 * Math.min(1, 1.6 * value)),
      ],
      4 * i,
    );
  }
  return picture;
}
