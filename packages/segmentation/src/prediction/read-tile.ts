/**
 * Tiles cut out of an image that goes on as its own mirror image beyond its borders
 * (… c b a | a b c d | d c b …), however far.
 *
 * The pixels are those that deepFlash2 takes: PyTorch's `grid_sample` with the nearest pixel, reflection
 * padding and `align_corners=False`, on a grid of `tile` points whose outermost points lie half a pixel
 * outside the tile's span. At scale 1 these are the tile's own pixels, except that the two outermost points
 * lie on the edge between two pixels. Which of the two is nearest is decided by rounding errors, so the
 * positions are computed in single precision, operation by operation as PyTorch does.
 */
import { mirrored } from '../sampling/mirror.js';
import type { Planes } from '../sampling/planes.js';

/**
 * The image pixel that each of `tile` points along one axis takes its value from. `centre` is in pixels of
 * the image; neighbouring points lie about `scale` pixels apart; `length` is the image's length.
 */
export function mirroredPositions(centre: number, length: number, tile: number, scale: number): Int32Array {
  const single = Math.fround;
  const step = single((2 * scale) / (tile - 1));
  const ratio = single(tile / length);
  const middle = single(single(centre - length / 2) / single(length / 2));
  const positions = new Int32Array(tile);
  for (let i = 0; i < tile; i++) {
    // The grid runs from -scale to scale and is counted from the nearer end, as torch.linspace does.
    const grid = i < tile / 2 ? -scale + single(step * i) : scale - single(step * (tile - 1 - i));
    const relative = single(single(single(grid) * ratio) + middle);
    const position = single(single(single(relative + 1) * length) - 1) / 2;
    positions[i] = roundHalfToEven(mirrored(position, length));
  }
  return positions;
}

/** What turns raw values into a network's input: (value - mean) / std, channel by channel. */
export interface Normalisation {
  readonly means: readonly number[];
  readonly stds: readonly number[];
}

/** How the values of an image become those of tiles. */
export interface TileNormalisation extends Normalisation {
  /** What a model that takes raw values does with them inside. */
  readonly within?: Normalisation;
}

/**
 * Writes the normalised values at all pairs of `rows` and `columns` into `out` [C, rows, columns]. Values that are no
 * finite numbers, or that would be none for the network, become the mean.
 */
export function readTile(
  planes: Planes,
  rows: Int32Array,
  columns: Int32Array,
  { means, stds, within }: TileNormalisation,
  out: Float32Array,
): void {
  const { data, height, width } = planes;
  let target = 0;
  for (let channel = 0; channel < planes.channels; channel++) {
    const mean = means[channel] as number;
    const factor = 1 / (stds[channel] as number);
    const fill = within?.means[channel] ?? 0;
    const factorWithin = 1 / (within?.stds[channel] ?? 1);
    for (let y = 0; y < rows.length; y++) {
      const row = (channel * height + (rows[y] as number)) * width;
      for (let x = 0; x < columns.length; x++) {
        const value = ((data[row + (columns[x] as number)] as number) - mean) * factor;
        // Single precision ends earlier than the double of this sum.
        const seen = Math.fround((value - fill) * factorWithin);
        out[target++] = seen - seen === 0 ? value : fill;
      }
    }
  }
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return fraction < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
