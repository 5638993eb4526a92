import { toRgb } from '../colour.js';
import type { Image } from '../image.js';

/**
 * Draws the outlines of regions on a picture: each pixel of a class or object (nonzero in `regions`, [height,
 * width]) that has a neighbour of another value along an edge is painted in `colour`, red, green, blue of
 * 0..255. Returns a new RGB picture; `display` is 8-bit grey or RGB. Throws a RangeError for other sizes.
 */
export function overlayOutline(
  display: Image,
  regions: { readonly width: number; readonly height: number; readonly data: Uint8Array | Uint32Array },
  colour: readonly [number, number, number],
): Image {
  const { width, height, data } = regions;
  if (display.width !== width || display.height !== height || display.dtype !== 'uint8') {
    throw new RangeError(
      `Outlines of ${width} x ${height} do not fit a ${display.dtype} picture of ${display.width} x ${display.height}.`,
    );
  }
  const painted = toRgb(display).data.slice();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = data[i];
      if (value === 0) continue;
      const onEdge =
        (x > 0 && data[i - 1] !== value) ||
        (x + 1 < width && data[i + 1] !== value) ||
        (y > 0 && data[i - width] !== value) ||
        (y + 1 < height && data[i + width] !== value);
      if (onEdge) painted.set(colour, i * 3);
    }
  }
  return { width, height, channels: 3, dtype: 'uint8', data: painted };
}
