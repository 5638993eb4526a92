/** The kinds of number a sample can be. Signed and wider numbers of a file become one of these on reading. */
export type SampleType = 'uint8' | 'uint16' | 'uint32' | 'float32';

export type SampleArray = Uint8Array | Uint16Array | Uint32Array | Float32Array;

/** A picture in memory: `data` is interleaved, [height, width, channels], row by row from the top. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly dtype: SampleType;
  readonly data: SampleArray;
}

/** An array of `length` zeros of the given sample type. */
export function newSamples(dtype: SampleType, length: number): SampleArray {
  switch (dtype) {
    case 'uint8':
      return new Uint8Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'float32':
      return new Float32Array(length);
  }
}

/** The sample type that an array holds. */
export function sampleTypeOf(data: SampleArray): SampleType {
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Uint16Array) return 'uint16';
  if (data instanceof Uint32Array) return 'uint32';
  return 'float32';
}

/** Throws a RangeError unless the sizes are positive whole numbers and `data` has width x height x channels samples of `dtype`. */
export function checkImage(image: Image): void {
  const { width, height, channels, dtype, data } = image;
  for (const size of [width, height, channels]) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`An image cannot have the size ${width} x ${height} x ${channels}.`);
    }
  }
  if (data.length !== width * height * channels || sampleTypeOf(data) !== dtype) {
    throw new RangeError(
      `An image of ${width} x ${height} x ${channels} ${dtype} samples cannot hold a ` +
        `${data.constructor.name} of ${data.length}.`,
    );
  }
}
