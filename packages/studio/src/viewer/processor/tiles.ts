/** Tiles of an image, painted pixel by pixel: each channel stretched, and added in its colour. */
import type { Pixels, Samples } from '../../api.ts';
import type { ChannelView } from '../colours.ts';
import { copyChannel } from '../samples.ts';
import { MOST_CHANNELS } from '../scene.ts';
import type { Tile } from '../tiles.ts';
import type { View } from '../view.ts';
import type { Box } from './boxes.ts';
import type { Sheet } from './sheet.ts';

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Samples;
}

export interface HeldTile extends Tile {
  /** By channel; each from the full resolution to the smaller ones that were needed so far. */
  readonly planes: readonly Plane[][];
}

export function heldTile(tile: Tile, { width, height, channels, data }: Pixels): HeldTile {
  const planes = Array.from({ length: channels }, (_, channel) => [
    {
      ...{ width, height },
      data: channels === 1 ? data : copyChannel(data, channels, channel, alike(data, width * height)),
    },
  ]);
  return { ...tile, planes };
}

/** A channel that is shown, ready to be added. */
export interface Mixed {
  readonly channel: number;
  readonly low: number;
  /** Makes a value 0 to 255. */
  readonly factor: number;
  /** For each of these: red, green and blue in ten bits each, so that some may be added. */
  readonly colours: Uint32Array;
}

/** Hidden channels are not read. */
export function mixOf(channels: readonly ChannelView[]): readonly Mixed[] {
  const seen = [...channels.entries()].filter(([, { shown }]) => shown).slice(0, MOST_CHANNELS);
  return seen.map(([channel, { colour, low, high }]) => {
    const [red, green, blue] = colour;
    const colours = Uint32Array.from({ length: 256 }, (_, value) => {
      const part = (of: number): number => Math.round((value * of) / 255);
      return (part(red) << 20) | (part(green) << 10) | part(blue);
    });
    return { channel, low, factor: 255 / Math.max(high - low, 1e-6), colours };
  });
}

/** Paints a part of a tile, which lies in it as a whole. */
export function paintTile(sheet: Sheet, box: Box, tile: HeldTile, view: View, mix: readonly Mixed[]): void {
  const { place, planes, level } = tile;
  const [full] = planes[0] ?? [];
  if (full === undefined) return;
  /** Pixels of the tile for one of the screen. */
  const across = full.width / place.width / view.scale;
  const times = Math.max(0, Math.round(Math.log2(across)));
  const { width, height } = reduced(planes[0] ?? [], times) ?? full;
  // Close up, pixels are to be seen as what they are; those of a smaller copy are none of the image.
  const isSmooth = across > 1 || level > 0;
  const middle = isSmooth ? 0.5 : 0;
  const { before, after, weights, sums } = sheet;
  const count = box.right - box.left;
  for (let i = 0; i < count; i++) {
    const x = (box.left + i + 0.5 - view.x) / view.scale - place.x;
    const at = (x * width) / place.width - middle;
    const first = Math.floor(at);
    before[i] = within(first, width);
    after[i] = within(first + 1, width);
    weights[i] = at - first;
  }
  const mixed = mix.flatMap((one) => {
    const plane = reduced(planes[one.channel] ?? [], times);
    return plane === undefined ? [] : [{ ...one, data: plane.data }];
  });
  for (let row = box.top; row < box.bottom; row++) {
    const y = (row + 0.5 - view.y) / view.scale - place.y;
    const at = (y * height) / place.height - middle;
    const first = Math.floor(at);
    const above = within(first, height) * width;
    const below = within(first + 1, height) * width;
    sums.fill(0, 0, count);
    for (const [i, one] of mixed.entries()) {
      if (i > 0 && i % 3 === 0) limit(sums, count);
      if (isSmooth) addSmooth(sheet, count, one, above, below, at - first);
      else addNearest(sheet, count, one, above);
    }
    finish(sheet, row * sheet.width + box.left, count);
  }
}

interface MixedPlane extends Mixed {
  readonly data: Samples;
}

function addNearest({ sums, before }: Sheet, count: number, plane: MixedPlane, row: number): void {
  const { data, low, factor, colours } = plane;
  for (let i = 0; i < count; i++) {
    const value = ((data[row + (before[i] as number)] as number) - low) * factor + 0.5;
    sums[i] = (sums[i] as number) + (colours[value > 255 ? 255 : value > 0 ? value | 0 : 0] as number);
  }
}

/** Between the four pixels around a place. */
function addSmooth(
  { sums, before, after, weights }: Sheet,
  count: number,
  { data, low, factor, colours }: MixedPlane,
  above: number,
  below: number,
  down: number,
): void {
  for (let i = 0; i < count; i++) {
    const left = before[i] as number;
    const right = after[i] as number;
    const weight = weights[i] as number;
    const a = data[above + left] as number;
    const b = data[below + left] as number;
    const upper = a + weight * ((data[above + right] as number) - a);
    const lower = b + weight * ((data[below + right] as number) - b);
    const value = (upper + down * (lower - upper) - low) * factor + 0.5;
    sums[i] = (sums[i] as number) + (colours[value > 255 ? 255 : value > 0 ? value | 0 : 0] as number);
  }
}

/** No colour goes beyond 255; three more fit into its ten bits then. */
function limit(sums: Uint32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const sum = sums[i] as number;
    const [red, green, blue] = [sum >>> 20, (sum >>> 10) & 1023, sum & 1023];
    sums[i] = (Math.min(red, 255) << 20) | (Math.min(green, 255) << 10) | Math.min(blue, 255);
  }
}

function finish({ pixels, sums }: Sheet, start: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const sum = sums[i] as number;
    const red = sum >>> 20;
    const green = (sum >>> 10) & 1023;
    const blue = sum & 1023;
    pixels[start + i] =
      0xff000000 |
      ((blue > 255 ? 255 : blue) << 16) |
      ((green > 255 ? 255 : green) << 8) |
      (red > 255 ? 255 : red);
  }
}

/** A plane halved so many times, each pixel the mean of four; as small as it gets. */
function reduced(planes: Plane[], times: number): Plane | undefined {
  for (let plane = planes.at(-1); plane !== undefined && planes.length <= times; plane = planes.at(-1)) {
    if (Math.min(plane.width, plane.height) < 2) break;
    planes.push(halved(plane));
  }
  return planes[Math.min(times, planes.length - 1)];
}

function halved({ width: from, height: rows, data }: Plane): Plane {
  const [width, height] = [from >> 1, rows >> 1];
  const half = alike(data, width * height);
  const round = half instanceof Float32Array ? 0 : 0.5;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = 2 * y * from; x < width; x++, at += 2, to++) {
      const upper = (data[at] as number) + (data[at + 1] as number);
      const lower = (data[at + from] as number) + (data[at + from + 1] as number);
      half[to] = (upper + lower) / 4 + round;
    }
  }
  return { width, height, data: half };
}

function alike(data: Samples, length: number): Samples {
  if (data instanceof Uint8Array) return new Uint8Array(length);
  if (data instanceof Uint16Array) return new Uint16Array(length);
  return data instanceof Uint32Array ? new Uint32Array(length) : new Float32Array(length);
}

function within(at: number, size: number): number {
  return at < 0 ? 0 : at >= size ? size - 1 : at;
}
