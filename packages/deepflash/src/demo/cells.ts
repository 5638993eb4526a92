/**
 * Sample images like those of a fluorescence microscope, with the mask that an expert might draw: bright and dim cells
 * over an uneven background, photon and camera noise, and cells out of focus, of which the expert takes some for
 * cells and others not, for no reason that the image would show. The same number always gives the same image.
 */
import { createRandom, type Random } from '@deepflash/engine';
import type { ClassMask, Image } from '@deepflash/imaging';

export interface SampleImage {
  /** 8-bit grey. */
  readonly image: Image;
  readonly mask: ClassMask;
}

export interface SampleOptions {
  /** Which image. */
  readonly number: number;
  /** Width and height in pixels. */
  readonly size: number;
}

export function sampleImage({ number, size }: SampleOptions): SampleImage {
  const random = createRandom('deepflash sample', number);
  const light = background(random, size);
  const mask = new Uint8Array(size * size);
  const placed: Cell[] = [];
  const area = (size / 256) ** 2;
  const focused = Math.round((10 + random.integer(8)) * area);
  const blurred = Math.round((3 + random.integer(3)) * area);
  for (let i = 0; i < focused + blurred; i++) {
    const cell = drawCell(random, size, i < focused ? 'in-focus' : 'out-of-focus');
    // The expert's mind about a blurred cell is a coin's, and is drawn whether or not the cell finds a place.
    const marked = random.next() < (i < focused ? 1 : 0.5);
    if (placed.some((other) => tooClose(cell, other))) continue;
    placed.push(cell);
    paint(cell, random, light, marked ? mask : undefined, size);
  }
  return {
    image: { width: size, height: size, channels: 1, dtype: 'uint8', data: exposed(light, random) },
    mask: { width: size, height: size, classes: 2, data: mask },
  };
}

interface Cell {
  readonly x: number;
  readonly y: number;
  /** Half axes in pixels. */
  readonly long: number;
  readonly short: number;
  readonly angle: number;
  /** Above the background, in grey values. */
  readonly brightness: number;
  /** Over how many pixels the border fades. */
  readonly softness: number;
}

function drawCell(random: Random, size: number, focus: 'in-focus' | 'out-of-focus'): Cell {
  const between = (low: number, high: number): number => low + random.next() * (high - low);
  const long = between(8, 14);
  const sharp = focus === 'in-focus';
  return {
    x: between(0, size),
    y: between(0, size),
    long,
    short: long * between(0.65, 1),
    angle: between(0, Math.PI),
    // Squared, so that there are more dim cells than bright ones.
    brightness: sharp ? 45 + 130 * random.next() ** 2 : between(28, 50),
    softness: sharp ? between(0.9, 1.6) : between(3, 4.5),
  };
}

/** Cells may touch, but one does not lie upon the other. */
function tooClose(a: Cell, b: Cell): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < 0.9 * ((a.long + a.short + b.long + b.short) / 2);
}

/** Slow changes of brightness across the field of view: a tilt and a few wide glows. */
function background(random: Random, size: number): Float64Array {
  const level = 16 + 10 * random.next();
  const tilt = [8 * (random.next() - 0.5), 8 * (random.next() - 0.5)] as const;
  const glows = Array.from({ length: 3 }, () => ({
    x: random.next() * size,
    y: random.next() * size,
    width: size * (0.15 + 0.2 * random.next()),
    height: 14 * random.next(),
  }));
  const light = new Float64Array(size * size);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      let sum = level + (tilt[0] * x + tilt[1] * y) / size;
      for (const glow of glows) {
        sum += glow.height * Math.exp(-((x - glow.x) ** 2 + (y - glow.y) ** 2) / (2 * glow.width ** 2));
      }
      light[i] = sum;
    }
  }
  return light;
}

function paint(
  cell: Cell,
  random: Random,
  light: Float64Array,
  mask: Uint8Array | undefined,
  size: number,
): void {
  const { x, y, long, short, angle, brightness, softness } = cell;
  const phases = [random.next() * 6.28, random.next() * 6.28] as const;
  const reach = long + 5 * softness;
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(size - 1, y + reach); row++) {
    for (let column = Math.max(0, Math.ceil(x - reach)); column <= Math.min(size - 1, x + reach); column++) {
      const along = ((column - x) * cosine + (row - y) * sine) / long;
      const across = ((row - y) * cosine - (column - x) * sine) / short;
      const radius = Math.hypot(along, across);
      const outside = (radius - 1) * Math.sqrt(long * short);
      const texture = 1 + 0.12 * Math.sin(4 * along + phases[0]) * Math.sin(4 * across + phases[1]);
      const i = row * size + column;
      light[i] = (light[i] as number) + (brightness * texture) / (1 + Math.exp((1.7 * outside) / softness));
      if (radius <= 1 && mask !== undefined) mask[i] = 1;
    }
  }
}

/** What the camera makes of the light: a grey value is half a photon, and reading adds noise of its own. */
function exposed(light: Float64Array, random: Random): Uint8Array {
  const grey = new Uint8ClampedArray(light.length);
  for (let i = 0; i < light.length; i++) {
    const value = light[i] as number;
    grey[i] = value + Math.sqrt(value * 2) * random.normal() + 2 * random.normal();
  }
  return new Uint8Array(grey.buffer);
}
