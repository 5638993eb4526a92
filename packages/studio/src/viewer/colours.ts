/** Colours of what is shown, told apart also by people who see red and green alike. */
import type { Pixels } from '../api.ts';

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [number, number, number];

/** Of classes from the first after the background, and of experts. */
export const CLASS_COLOURS: readonly Colour[] = [
  [255, 176, 0],
  [0, 190, 255],
  [230, 80, 230],
  [120, 220, 80],
  [255, 90, 60],
  [130, 110, 255],
];

/** Of channels that say none themselves, in their order. */
const CHANNEL_COLOURS: readonly Colour[] = [
  [80, 255, 120],
  [255, 80, 220],
  [60, 200, 255],
  [255, 210, 60],
  [255, 90, 60],
  [255, 255, 255],
];

const RED_GREEN_BLUE: readonly Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];

export function classColour(index: number): Colour {
  return CLASS_COLOURS[index % CLASS_COLOURS.length] ?? [255, 255, 255];
}

/** The colour as style sheets write it. */
export function inStyle([red, green, blue]: Colour): string {
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

export function fromStyle(text: string): Colour {
  const number = Number.parseInt(text.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/** How a channel is shown. */
export interface ChannelView {
  readonly name: string;
  readonly colour: Colour;
  readonly shown: boolean;
  /** What is shown black and what brightest. */
  readonly low: number;
  readonly high: number;
  /** Between which `low` and `high` are chosen. */
  readonly lowest: number;
  readonly highest: number;
}

interface Pictured {
  readonly channels: readonly { readonly name: string | null; readonly colour: Colour | null }[];
  readonly rgb: boolean;
}

/**
 * How the channels are shown at first: colour pictures as they are, one channel grey, others each in a colour.
 *
 * @param seen parts or smaller copies of the picture, all of which are to be seen well
 */
export function usualChannels({ channels, rgb }: Pictured, seen: readonly Pixels[]): ChannelView[] {
  return channels.map(({ name, colour }, index) => {
    const contrasts = seen.map((pixels) => contrastOf(pixels, index));
    const low = Math.min(...contrasts.map((one) => one.low));
    const high = Math.max(...contrasts.map((one) => one.high));
    const lowest = Math.min(...contrasts.map((one) => one.lowest));
    const highest = Math.max(...contrasts.map((one) => one.highest));
    const asIs = rgb && seen.every(({ data }) => data instanceof Uint8Array);
    const usual = rgb ? RED_GREEN_BLUE : channels.length === 1 ? [[255, 255, 255] as const] : CHANNEL_COLOURS;
    const own = rgb || channels.length === 1 ? null : colour;
    return {
      name: name ?? `Channel ${index + 1}`,
      colour: own ?? usual[index % usual.length] ?? [255, 255, 255],
      shown: true,
      ...(asIs ? { low: 0, high: 255, lowest: 0, highest: 255 } : { low, high, lowest, highest }),
    };
  });
}

/** The values between which nearly all samples of a channel lie: 0.5 % are darker, and 0.2 % brighter. */
export function contrastOf({ data, channels }: Pixels, channel: number) {
  const pixels = data.length / channels;
  const every = Math.max(1, Math.floor(pixels / 50_000));
  const some = Float64Array.from(
    { length: Math.ceil(pixels / every) },
    (_, i) => data[i * every * channels + channel] ?? 0,
  ).sort();
  const at = (part: number): number => some[Math.min(some.length - 1, Math.floor(part * some.length))] ?? 0;
  const [lowest, low, high, highest] = [at(0), at(0.005), at(0.998), at(1)];
  const top = high > low ? high : low + 1;
  return { low, high: top, lowest: Math.min(lowest, low), highest: Math.max(highest, top) };
}
