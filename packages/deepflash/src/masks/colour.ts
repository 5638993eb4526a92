/** Colours as people write them, and those of the pixels of a mask, both as numbers 0xRRGGBB. */
import { type Image, MaskValueError } from '@deepflash/imaging';

/** Stands among colours for pixels of which less than half can be seen. */
export const TRANSPARENT = -1;

const NAMES: ReadonlyMap<string, number> = new Map([
  ['black', 0x000000],
  ['white', 0xffffff],
  ['red', 0xff0000],
  ['green', 0x00ff00],
  ['blue', 0x0000ff],
  ['yellow', 0xffff00],
  ['magenta', 0xff00ff],
  ['cyan', 0x00ffff],
  ['orange', 0xffa500],
  ['grey', 0x808080],
  ['gray', 0x808080],
  ['transparent', TRANSPARENT],
]);

/** Reads `#ff0000`, `ff0000`, `#f00`, `255 0 0`, `rgb(255, 0, 0)`, or the name of a plain colour; undefined for else. */
export function parseColour(text: string): number | undefined {
  const plain = text.trim().toLowerCase();
  const named = NAMES.get(plain);
  if (named !== undefined) return named;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(plain);
  const long = short
    ? short.slice(1).map((digit) => digit + digit)
    : /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(plain)?.slice(1);
  const parts = long
    ? long.map((digits) => Number.parseInt(digits, 16))
    : /^(?:rgb\()?\s*(\d{1,3})[\s,;]+(\d{1,3})[\s,;]+(\d{1,3})\s*\)?$/.exec(plain)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((colour, part) => colour * 256 + part, 0);
}

/** A colour as `#rrggbb`. */
export function colourName(colour: number): string {
  return colour === TRANSPARENT ? 'transparent' : `#${colour.toString(16).padStart(6, '0')}`;
}

/** The colour of each pixel of a mask of 8 bit, grey or RGB, with or without transparency. Throws a MaskValueError for others. */
export function pixelColours({ width, height, channels, dtype, data }: Image, file: string): Int32Array {
  if (dtype !== 'uint8' || channels > 4) {
    throw new MaskValueError({
      file,
      problem: channels > 4 ? `has ${channels} channels` : `has colours of the type ${dtype}`,
      remedy: 'save it as an RGB picture of 8 bit',
      values: [],
    });
  }
  const isColour = channels >= 3;
  const opacity = channels === 2 ? 1 : channels === 4 ? 3 : null;
  const colours = new Int32Array(width * height);
  for (let pixel = 0, from = 0; pixel < colours.length; pixel++, from += channels) {
    if (opacity !== null && (data[from + opacity] as number) < 128) {
      colours[pixel] = TRANSPARENT;
      continue;
    }
    const red = data[from] as number;
    const green = isColour ? (data[from + 1] as number) : red;
    const blue = isColour ? (data[from + 2] as number) : red;
    colours[pixel] = (red << 16) | (green << 8) | blue;
  }
  return colours;
}
