import { type Image, newSamples } from '../image.js';

/**
 * A copy whose longer side has at most `maxSide` pixels, each the mean of the area it covers; a smaller image
 * is returned as it is. Whole-number samples are rounded. Not for masks: their values must not be mixed.
 */
export function downscale(image: Image, maxSide: number): Image {
  const { width, height } = image;
  const scale = Math.max(1, maxSide) / Math.max(width, height);
  if (scale >= 1) return image;
  const columns = Math.max(1, Math.round(width * scale));
  const rows = Math.max(1, Math.round(height * scale));
  const { channels, data, dtype } = image;
  const narrow = averaged(data, { outer: height, length: width, inner: channels }, columns);
  const means = averaged(narrow, { outer: 1, length: height, inner: columns * channels }, rows);
  const samples = newSamples(dtype, means.length);
  for (let i = 0; i < means.length; i++) {
    samples[i] = dtype === 'float32' ? (means[i] as number) : Math.round(means[i] as number);
  }
  return { ...image, width: columns, height: rows, data: samples };
}

/** Area means along the middle axis of [outer, length, inner]: [outer, shorter, inner]. */
function averaged(
  data: ArrayLike<number>,
  { outer, length, inner }: { readonly outer: number; readonly length: number; readonly inner: number },
  shorter: number,
): Float64Array {
  const means = new Float64Array(outer * shorter * inner);
  const span = length / shorter;
  for (let target = 0; target < shorter; target++) {
    const start = target * span;
    const end = Math.min(length, start + span);
    for (let source = Math.floor(start); source < end; source++) {
      const weight = (Math.min(end, source + 1) - Math.max(start, source)) / (end - start);
      for (let o = 0; o < outer; o++) {
        const from = (o * length + source) * inner;
        const to = (o * shorter + target) * inner;
        for (let i = 0; i < inner; i++) {
          means[to + i] = (means[to + i] as number) + weight * (data[from + i] as number);
        }
      }
    }
  }
  return means;
}
