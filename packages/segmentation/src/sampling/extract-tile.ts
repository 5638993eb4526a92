/**
 * One training tile from an image and its mask: shifted, bent, flipped, turned and scaled in a single resampling,
 * so that nothing is blurred twice. The image is interpolated bilinearly, the mask takes the nearest pixel.
 * Beyond its borders the image goes on as its own mirror image, as in prediction.
 */
import type { Augmentation, SpatialChanges } from './augmentation.js';
import { changeIntensity } from './change-intensity.js';
import { displacement } from './displacement.js';
import { mirrored } from './mirror.js';
import type { ClassMask, Planes } from './planes.js';
import type { ChannelStatistics } from './statistics.js';

/** Size of a tile in its own pixels, each of which spans `scale` pixels of the image. */
export interface TileGeometry {
  readonly height: number;
  readonly width: number;
  readonly scale: number;
}

/** Where a tile is written: the image [C, height, width] and the mask [height, width] of a batch. */
export interface TileTarget {
  readonly image: Float32Array;
  readonly imageOffset: number;
  readonly mask: Uint8Array | Int32Array;
  readonly maskOffset: number;
}

/**
 * Writes the augmented, normalised tile around a pixel of the image into a batch. Unaugmented at scale 1 a
 * tile with centre `c` holds the pixels from `c - size / 2` to `c + size / 2 - 1`, as in prediction.
 */
export function extractTile(
  planes: Planes,
  mask: Pick<ClassMask, 'data'>,
  centre: { readonly row: number; readonly column: number },
  augmentation: Augmentation,
  tile: TileGeometry,
  statistics: ChannelStatistics,
  out: TileTarget,
): void {
  resample(planes, mask, centre, augmentation, tile, out);
  const { height, width } = tile;
  const pixels = height * width;
  for (let channel = 0; channel < planes.channels; channel++) {
    const start = out.imageOffset + channel * pixels;
    const data = out.image.subarray(start, start + pixels);
    const intensity = {
      mean: statistics.means[channel] as number,
      std: statistics.stds[channel] as number,
      minimum: statistics.minima[channel] as number,
      maximum: statistics.maxima[channel] as number,
    };
    changeIntensity({ height, width, channel, data }, intensity, augmentation);
  }
}

function resample(
  { channels, height, width, data }: Planes,
  mask: Pick<ClassMask, 'data'>,
  centre: { readonly row: number; readonly column: number },
  changes: SpatialChanges,
  tile: TileGeometry,
  out: TileTarget,
): void {
  const pixels = tile.height * tile.width;
  const plane = height * width;
  const labels = mask.data;
  const { image, mask: outMask } = out;
  // A step down and a step right in the tile, in rows and columns of the image.
  const step = tile.scale / changes.zoom;
  const down = changes.flipRows ? -step : step;
  const right = changes.flipColumns ? -step : step;
  const [cos, sin] = [Math.cos(changes.angle), Math.sin(changes.angle)];
  const displaced = displacement(changes, tile);
  const middleY = (tile.height - 1) / 2;
  const middleX = (tile.width - 1) / 2;
  let target = 0;
  for (let y = 0; y < tile.height; y++) {
    const moved = displaced?.(y);
    for (let x = 0; x < tile.width; x++, target++) {
      const fromMiddle = (y - middleY + (moved?.down[x] ?? 0)) * down;
      const across = (x - middleX + (moved?.right[x] ?? 0)) * right;
      let row = centre.row - 0.5 + cos * fromMiddle + sin * across;
      let column = centre.column - 0.5 - sin * fromMiddle + cos * across;
      if (row < 0 || row > height - 1) row = mirrored(row, height);
      if (column < 0 || column > width - 1) column = mirrored(column, width);

      const top = Math.floor(row);
      const left = Math.floor(column);
      const fy = row - top;
      const fx = column - left;
      const nearest = (fy < 0.5 ? top : top + 1) * width + (fx < 0.5 ? left : left + 1);
      outMask[out.maskOffset + target] = labels[nearest] as number;

      const toRight = left + 1 < width ? 1 : 0;
      const toBottom = top + 1 < height ? width : 0;
      let corner = top * width + left;
      for (let channel = 0; channel < channels; channel++, corner += plane) {
        const a = data[corner] as number;
        const b = data[corner + toRight] as number;
        const c = data[corner + toBottom] as number;
        const d = data[corner + toBottom + toRight] as number;
        const upper = a + (b - a) * fx;
        image[out.imageOffset + channel * pixels + target] = upper + (c + (d - c) * fx - upper) * fy;
      }
    }
  }
}
