import { newSamples, type SampleArray, type SampleType, sampleTypeOf } from '../image.js';

const ORDER: readonly SampleType[] = ['uint8', 'uint16', 'uint32', 'float32'];

/** The sample type that holds the numbers of both. */
export function widerType(a: SampleType, b: SampleType): SampleType {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

/** The same numbers as samples of another type; the same array where the type is the same. */
export function retyped(data: SampleArray, dtype: SampleType): SampleArray {
  if (sampleTypeOf(data) === dtype) return data;
  const copy = newSamples(dtype, data.length);
  copy.set(data);
  return copy;
}
