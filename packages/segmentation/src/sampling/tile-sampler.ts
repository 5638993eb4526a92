/**
 * Random places for training tiles in which every class turns up equally often, however few pixels it has:
 * first an image is drawn, then one of the classes present in it, then one of the pixels of that class,
 * each with equal chance. For two classes these are the chances of deepFlash2, which weighs each pixel with
 * one minus the frequency of its class.
 *
 * Only the number of pixels of each class above each row is kept; a drawn pixel is found by searching for
 * its row and counting along it. So all pixels can be drawn, from masks of any size.
 */
import { type ClassMask, isIgnored } from './planes.js';
import type { RandomSource } from './random-source.js';

/** A place in one of several images, in pixels. */
export interface TileCentre {
  /** Which image, counted from 0. */
  readonly image: number;
  readonly row: number;
  readonly column: number;
}

export interface TileSampler {
  /** Draws a place; takes three numbers from the source. */
  draw(random: RandomSource): TileCentre;
}

/**
 * A sampler of the pixels of training masks, which must not change afterwards.
 *
 * Ignored pixels are not drawn, unless an image has no others.
 *
 * @throws RangeError when there is no mask or a mask has no pixels.
 */
export function tileSampler(masks: readonly ClassMask[]): TileSampler {
  if (masks.length === 0) throw new RangeError('There is no mask to draw training tiles from.');
  const images = masks.map((mask) => ({ mask, present: presentClasses(mask) }));
  return {
    draw(random) {
      const image = pick(random, images.length);
      const { mask, present } = images[image] as (typeof images)[number];
      const pixels = present[pick(random, present.length)] as ClassPixels;
      return { image, ...place(mask, pixels, pick(random, pixels.total)) };
    },
  };
}

interface ClassPixels {
  readonly value: number;
  readonly total: number;
  /** Number of pixels of the class above each row. */
  readonly above: Float64Array;
}

function presentClasses({ width, height, classes, data }: ClassMask): ClassPixels[] {
  if (width < 1 || height < 1) throw new RangeError('A mask has no pixels.');
  const rowCounts = new Float64Array(256);
  const above = new Map<number, Float64Array>();
  const totals = new Float64Array(256);
  for (let y = 0; y < height; y++) {
    rowCounts.fill(0);
    for (let i = y * width; i < (y + 1) * width; i++) {
      const value = data[i] as number;
      rowCounts[value] = (rowCounts[value] as number) + 1;
    }
    for (let value = 0; value < 256; value++) {
      const count = rowCounts[value] as number;
      const total = totals[value] as number;
      if (count === 0 && total === 0) continue;
      const rows = above.get(value) ?? new Float64Array(height);
      above.set(value, rows);
      rows[y] = total;
      totals[value] = total + count;
    }
  }
  const values = [...above.keys()].filter((value) => !isIgnored(value, classes));
  return [...above]
    .filter(([value]) => values.length === 0 || values.includes(value))
    .map(([value, rows]) => ({ value, total: totals[value] as number, above: rows }))
    .sort((a, b) => a.value - b.value);
}

/** The place of the pixel of a class that has `rank` pixels of that class before it. */
function place({ width, data }: ClassMask, pixels: ClassPixels, rank: number) {
  const row = lastAtMost(pixels.above, rank);
  let left = rank - (pixels.above[row] as number);
  let column = 0;
  for (; column < width; column++) {
    if (data[row * width + column] === pixels.value && left-- === 0) break;
  }
  return { row, column };
}

/** Index of the last of ascending values that is not above `limit`. */
function lastAtMost(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((values[middle] as number) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

function pick(random: RandomSource, count: number): number {
  return Math.min(Math.floor(random.next() * count), count - 1);
}
