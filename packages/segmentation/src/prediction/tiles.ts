/**
 * Where the tiles of a large image lie. Both axes are laid out independently; the tiles of an image are
 * all pairs of a row centre and a column centre.
 *
 * The first tile reaches `borderPadding` of its length over the image's border and so does the last;
 * neighbours lie at most about `maxShift` of a tile apart. This is the layout of deepFlash2
 * (`TileModule` in deepflash2/inference.py; Griebel et al. 2023, Nature Communications 14:1679),
 * pixel for pixel, so that results can be compared.
 */
export interface TileLayout {
  /** How far the outermost tiles reach over the border, as a fraction of the tile: 0 to below 0.5. */
  readonly borderPadding: number;
  /** The largest distance between neighbouring tiles, as a fraction of the tile: above 0, at most 1. */
  readonly maxShift: number;
}

/** The part of a tile that lies within the image, along one axis, in pixels. */
export interface TileWindow {
  /** First pixel of the tile that lies within the image. */
  readonly tileStart: number;
  /** The pixel of the image on which that first pixel lies. */
  readonly imageStart: number;
  /** Number of pixels, the same in tile and image. */
  readonly size: number;
}

/**
 * The centres of the tiles along an axis of `length` pixels, in whole pixels. A tile with centre `c`
 * spans the pixels `c - tile / 2` up to, not including, `c + tile / 2`. Together the tiles cover the axis.
 *
 * @throws RangeError when the tile's length is not even and positive or the layout is out of range.
 */
export function tileCentres(length: number, tile: number, layout: TileLayout): number[] {
  checkLayout(tile, layout);
  const padding = tile * layout.borderPadding;
  const count = Math.floor((length + 2 * padding) / (tile * layout.maxShift)) + 1;
  const first = Math.trunc(tile / 2 - padding);
  const last = Math.trunc(length - (tile / 2 - padding));
  if (count === 1) return [first];

  // As torch.linspace with whole numbers: counted from the nearer end, then cut off towards zero.
  const step = (last - first) / (count - 1);
  const half = Math.floor(count / 2);
  return Array.from({ length: count }, (_, i) =>
    Math.trunc(i < half ? first + step * i : last - step * (count - 1 - i)),
  );
}

/** The part of the tile around `centre` that lies on an axis of `length` pixels. */
export function tileWindow(centre: number, length: number, tile: number): TileWindow {
  const origin = centre - tile / 2;
  const imageStart = Math.min(Math.max(origin, 0), length);
  const imageStop = Math.max(Math.min(origin + tile, length), imageStart);
  return { tileStart: imageStart - origin, imageStart, size: imageStop - imageStart };
}

function checkLayout(tile: number, { borderPadding, maxShift }: TileLayout): void {
  if (!Number.isInteger(tile) || tile < 2 || tile % 2 !== 0) {
    throw new RangeError(`A tile's sides must be even numbers of pixels, not ${tile}.`);
  }
  if (!(borderPadding >= 0 && borderPadding < 0.5)) {
    throw new RangeError(`The border padding must be at least 0 and below 0.5, not ${borderPadding}.`);
  }
  if (!(maxShift > 0 && maxShift <= 1)) {
    throw new RangeError(`The largest tile shift must be above 0 and at most 1, not ${maxShift}.`);
  }
}
