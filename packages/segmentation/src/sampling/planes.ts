/** The raw values of an image, one plane a channel, in the layout [C, H, W]. */
export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** The class index of every pixel, row by row: 0 is background, values are below `classes` or `IGNORED`. */
export interface ClassMask {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  readonly data: Uint8Array;
}

/** Stands in a mask of fewer than 256 classes for a pixel that counts in no loss and in no score. */
export const IGNORED = 255;

/** Whether a value of a mask says that the pixel is ignored. */
export function isIgnored(value: number, classes: number): boolean {
  return value === IGNORED && classes <= IGNORED;
}
