import type { Size } from './resize.js';
import type { TileWindow } from './tiles.js';

/** Where a tile lies along one axis of the image and how much it counts there. */
export interface AxisShare {
  readonly window: TileWindow;
  /** The tile's share in each pixel of its window, 0 to 1. */
  readonly shares: Float32Array;
}

/**
 * The share of each window in each of its pixels: weights that add up to 1 in every pixel of an axis of
 * `length` pixels. As the tiles of an image are all pairs of a row window and a column window, the
 * products of these shares add up to 1 in every pixel of the image, so merging is a plain weighted sum:
 * no map of summed weights, no division at the end.
 */
export function mergeShares(
  windows: readonly TileWindow[],
  weights: Float64Array,
  length: number,
): AxisShare[] {
  const total = new Float64Array(length);
  for (const { tileStart, imageStart, size } of windows) {
    for (let i = 0; i < size; i++) {
      total[imageStart + i] = (total[imageStart + i] as number) + (weights[tileStart + i] as number);
    }
  }
  return windows.map((window) => {
    const { tileStart, imageStart, size } = window;
    const shares = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      shares[i] = (weights[tileStart + i] as number) / (total[imageStart + i] as number);
    }
    return { window, shares };
  });
}

/** Adds the planes of a tile [K, tile.height, tile.width], by its shares, to those of an image. */
export function addTile(
  image: { readonly data: Float32Array; readonly size: Size },
  tile: { readonly data: Float32Array; readonly size: Size },
  planes: number,
  row: AxisShare,
  column: AxisShare,
): void {
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < row.window.size; y++) {
      const rowShare = row.shares[y] as number;
      const source =
        (plane * tile.size.height + row.window.tileStart + y) * tile.size.width + column.window.tileStart;
      const target =
        (plane * image.size.height + row.window.imageStart + y) * image.size.width + column.window.imageStart;
      for (let x = 0; x < column.window.size; x++) {
        const share = rowShare * (column.shares[x] as number);
        image.data[target + x] =
          (image.data[target + x] as number) + share * (tile.data[source + x] as number);
      }
    }
  }
}
