import { type Image, newSamples, type SampleType } from '../image.js';
import type { Projection } from './selection.js';
import { retyped, widerType } from './widen.js';

/** Takes slices one after the other, so that no more than one beside the result is in memory. */
export interface Projector {
  add(slice: Image): void;
  /** Throws a RangeError when no slice was added. */
  result(): Image;
}

/**
 * Puts slices of equal size into one. The mean of whole numbers is rounded to the nearest one, halves up, so that
 * the sample type stays; the mean of floats is summed in double precision. Where slices differ in type, the
 * result has the widest of them.
 */
export function createProjector(projection: Projection): Projector {
  return projection === 'max' ? maximum() : mean();
}

function maximum(): Projector {
  let highest: Image | undefined;
  return {
    add(slice) {
      if (highest === undefined) {
        highest = { ...slice, data: slice.data.slice() };
        return;
      }
      const dtype = widerType(highest.dtype, slice.dtype);
      const data = retyped(highest.data, dtype);
      for (let i = 0; i < data.length; i++) {
        const value = slice.data[i] as number;
        // A number wins over "not a number".
        if (value > (data[i] as number) || Number.isNaN(data[i])) data[i] = value;
      }
      highest = { ...highest, dtype, data };
    },
    result: () => some(highest),
  };
}

function mean(): Projector {
  let first: Image | undefined;
  let sums = new Float64Array(0);
  let slices = 0;
  let dtype: SampleType = 'uint8';
  return {
    add(slice) {
      if (first === undefined) {
        first = slice;
        sums = new Float64Array(slice.data.length);
      }
      slices++;
      dtype = widerType(dtype, slice.dtype);
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (slice.data[i] as number);
    },
    result() {
      const image = some(first);
      const data = newSamples(dtype, sums.length);
      const half = dtype === 'float32' ? 0 : 0.5;
      // Storing into an array of whole numbers cuts off the fraction.
      for (let i = 0; i < data.length; i++) data[i] = (sums[i] as number) / slices + half;
      return { ...image, dtype, data };
    },
  };
}

function some(image: Image | undefined): Image {
  if (image === undefined) throw new RangeError('There are no slices to project.');
  return image;
}
