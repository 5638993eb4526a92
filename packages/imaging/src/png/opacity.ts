import type { PngContents } from './chunks.js';

/**
 * How opaque each pixel is, from 0 to 255; undefined where the file says nothing of it.
 *
 * @param samples of all pixels as the file stores them, `stored` for each
 */
export function opacityOf(
  samples: Uint8Array | Uint16Array,
  { colourType, depth, transparency }: PngContents,
  stored: number,
): Uint8Array | undefined {
  const hasAlpha = colourType === 4 || colourType === 6;
  if (!hasAlpha && transparency.length === 0) return undefined;
  const opacity = new Uint8Array(samples.length / stored);
  if (hasAlpha) {
    const shift = depth - 8;
    return opacity.map((_, pixel) => (samples[pixel * stored + stored - 1] as number) >> shift);
  }
  if (colourType === 3) return opacity.map((_, pixel) => transparency[samples[pixel] as number] ?? 255);
  // Pixels of one grey or colour alone are transparent.
  const key = Array.from(
    { length: stored },
    (_, s) => ((transparency[2 * s] ?? 0) << 8) | (transparency[2 * s + 1] ?? 0),
  );
  return opacity.map((_, pixel) =>
    key.every((value, s) => samples[pixel * stored + s] === value) ? 0 : 255,
  );
}
