/** The raw values of an image, one plane a channel, in the layout [C, H, W]. */
export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** The class index of every pixel, row by row: 0 is background, values are below `classes`. */
export interface ClassMask {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  readonly data: Uint8Array;
}
