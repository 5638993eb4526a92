import { type Image, type ImageSource, retyped, type SampleType, widerType } from '@deepflash/imaging';

/** A part of one plane of a picture. */
export interface Tile {
  readonly column: number;
  readonly row: number;
  readonly image: Image;
}

export interface TileOptions {
  /** Width and height of a tile in pixels. */
  readonly side: number;
  readonly slice?: number;
  readonly frame?: number;
}

/** The tiles of a plane, row by row from the top, in the sample types in which they are read. */
export async function* tilesOf(
  source: ImageSource,
  { side, slice = 0, frame = 0 }: TileOptions,
): AsyncGenerator<Tile> {
  const { width, height } = source.info;
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      const size = { width: Math.min(side, width - x), height: Math.min(side, height - y) };
      const image = await source.readRegion({ x, y, ...size, slice, frame });
      yield { column: x / side, row: y / side, image };
    }
  }
}

/** The same image with samples of another type, which must hold its numbers. */
export function inType(image: Image, dtype: SampleType): Image {
  return { ...image, dtype, data: retyped(image.data, dtype) };
}

/** Types that are read as they are stored; of others, each window has the narrowest type that holds its numbers. */
const PLAIN = /^(uint([1-9]|[12]\d|3[0-2])|float\d+)$/;

/**
 * The sample type that holds every number of a picture. Where the stored type does not say it (signed and 64-bit
 * integers), all tiles are looked at.
 */
export async function commonType(source: ImageSource, side: number): Promise<SampleType> {
  const { dtype, storedType, slices, frames } = source.info;
  if (PLAIN.test(storedType)) return dtype;
  let widest: SampleType = 'uint8';
  for (let frame = 0; frame < frames; frame++) {
    for (let slice = 0; slice < slices; slice++) {
      for await (const { image } of tilesOf(source, { side, slice, frame })) {
        widest = widerType(widest, image.dtype);
      }
    }
  }
  return widest;
}
