import type { Image, SampleType } from '../image.js';

/** One channel of a picture. */
export interface Channel {
  readonly name: string | null;
  /** Display colour, 0 to 255 each. */
  readonly colour: readonly [number, number, number] | null;
}

/** One resolution of a picture; the first of its levels is the full one. */
export interface Level {
  readonly width: number;
  readonly height: number;
}

/** What a picture is, without its pixels. The axes of every file are mapped to T, C, Z, Y, X. */
export interface ImageInfo {
  /** `TIFF`, `OME-TIFF`, `ImageJ TIFF`, `LSM`, `PNG`, `JPEG`, `BMP` or `OME-Zarr`. */
  readonly format: string;
  /** Pixels of the full resolution. */
  readonly width: number;
  readonly height: number;
  readonly channels: readonly Channel[];
  /** The channels are the red, green and blue of a colour picture. */
  readonly rgb: boolean;
  /** Planes in Z. */
  readonly slices: number;
  /** Points in time. */
  readonly frames: number;
  /** The type of the samples that are read; see `readRegion` for signed and 64-bit integers. */
  readonly dtype: SampleType;
  /** The type in the file: `uint1`, `int16`, `float64` … */
  readonly storedType: string;
  /** Distance of neighbouring pixels in `unit`; z is null where the file does not say it. */
  readonly pixelSize: { readonly x: number; readonly y: number; readonly z: number | null } | null;
  /** Unit of the pixel size, `µm` for every spelling of micrometre. */
  readonly unit: string | null;
  /** Seconds from frame to frame; absent where the file does not say it. */
  readonly frameInterval?: number;
  readonly levels: readonly Level[];
  /** Further pictures in the file, of other sizes or types, which are not read; absent where there is none. */
  readonly others?: number;
}

/** A window of one plane. */
export interface Region {
  /** Index of the resolution; 0 by default. */
  readonly level?: number;
  /** Left and top edge and size, in pixels of that level; must lie inside. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Indices of the channels, in the order wanted; all by default. */
  readonly channels?: readonly number[];
  /** Z and T, from 0; 0 by default. */
  readonly slice?: number;
  readonly frame?: number;
}

/** A picture of which parts are read. */
export interface ImageSource {
  readonly info: ImageInfo;
  /**
   * Reads a window: [height, width, channels asked for].
   *
   * Samples keep their numbers. Signed and 64-bit integers become unsigned ones of 8, 16 or 32 bits where the
   * window holds none that is negative or too large, else float32 (never with a loss); 64-bit floats become
   * float32. Throws an ImageFileError for damaged data and a RangeError for a window that is not inside.
   */
  readRegion(region: Region): Promise<Image>;
  /**
   * How opaque the pixels of a window are, from 0 to 255, [height, width], whatever its channels; absent where the file
   * says nothing of it. Throws as `readRegion`.
   */
  readOpacity?(region: Region): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Throws a RangeError unless the region names a window, channels, slice and frame that the picture has. */
export function checkRegion(info: ImageInfo, region: Region): void {
  const { level = 0, x, y, width, height, channels = [], slice = 0, frame = 0 } = region;
  const size = info.levels[level];
  const inside = (at: number, length: number, end: number) =>
    Number.isInteger(at) && Number.isInteger(length) && at >= 0 && length > 0 && at + length <= end;
  if (
    !size ||
    !inside(x, width, size.width) ||
    !inside(y, height, size.height) ||
    !inside(slice, 1, info.slices) ||
    !inside(frame, 1, info.frames) ||
    !channels.every((channel) => inside(channel, 1, info.channels.length))
  ) {
    throw new RangeError(`The picture has no region ${JSON.stringify(region)}.`);
  }
}
