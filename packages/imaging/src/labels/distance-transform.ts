// Exact Euclidean distances in two passes. Down each column, the distance to the nearest background above or below
// is counted, g(x, y). Along each row, the answer is the least (x - u)² + g(u, y)² over all columns u: the lower
// envelope of parabolas, found from left to right. P. F. Felzenszwalb and D. P. Huttenlocher, "Distance transforms
// of sampled functions", Theory of Computing 8 (2012); in whole numbers after A. Meijster et al. (2000).
//
// A row's background ends what matters: for a pixel of a run of foreground, a column beyond the background at the
// run's end is farther away than that background itself. So each run has its own short envelope.

/** Foreground is what is not 0; `data` is [height, width]. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The squared distance where there is no background at all. */
export const NO_BACKGROUND = 2 ** 32 - 1;

/**
 * The distance in pixels of each foreground pixel to the centre of the nearest background pixel; 0 for background.
 * What lies outside of the picture is no background. `Infinity` everywhere in a mask without background.
 */
export function distanceTransform(mask: Mask): Float32Array {
  const squares = squaredDistances(mask);
  // Each number takes the place of its square.
  const distances = new Float32Array(squares.buffer);
  for (let i = 0; i < squares.length; i++) {
    const squared = squares[i] as number;
    distances[i] = squared === NO_BACKGROUND ? Number.POSITIVE_INFINITY : Math.sqrt(squared);
  }
  return distances;
}

/** The squares of the distances, which are whole numbers; `NO_BACKGROUND` in a mask without background. */
export function squaredDistances({ width, height, data }: Mask): Uint32Array<ArrayBuffer> {
  // Row by row, steps within columns become squares.
  const squares = columnDistances({ width, height, data });
  const steps = new Int32Array(width);
  const far = width + height;
  // The parabolas of the envelope: their columns, and where each begins to be the lowest.
  const apex = new Int32Array(width + 2);
  const from = new Int32Array(width + 2);
  for (let y = 0, row = 0; y < height; y++, row += width) {
    for (let x = 0; x < width; x++) steps[x] = squares[row + x] as number;
    for (let x = 0; x < width; ) {
      if (data[row + x] === 0) {
        x++;
        continue;
      }
      let end = x + 1;
      while (end < width && data[row + end] !== 0) end++;
      const first = Math.max(0, x - 1);
      const last = Math.min(width - 1, end);
      let top = -1;
      for (let u = first; u <= last; u++) {
        const g = steps[u] as number;
        if (g >= far) continue;
        let start = x;
        while (top >= 0) {
          const a = apex[top] as number;
          const h = steps[a] as number;
          // The first whole column at which the parabola of u is below that of a.
          start = Math.floor((u * u - a * a + g * g - h * h) / (2 * (u - a))) + 1;
          if (start > (from[top] as number)) break;
          top--;
          start = x;
        }
        if (start >= end) continue;
        top++;
        apex[top] = u;
        from[top] = top === 0 ? x : start;
      }
      if (top < 0) {
        squares.fill(NO_BACKGROUND, row + x, row + end);
        x = end;
        continue;
      }
      for (let at = end - 1; at >= x; at--) {
        while ((from[top] as number) > at) top--;
        const u = apex[top] as number;
        const g = steps[u] as number;
        squares[row + at] = (at - u) * (at - u) + g * g;
      }
      x = end;
    }
  }
  return squares;
}

/** Steps to the nearest background of the same column; width + height where the column has none. */
function columnDistances({ width, height, data }: Mask): Uint32Array<ArrayBuffer> {
  const far = width + height;
  const steps = new Uint32Array(width * height);
  for (let x = 0; x < width; x++) steps[x] = data[x] === 0 ? 0 : far;
  for (let i = width; i < steps.length; i++) {
    steps[i] = data[i] === 0 ? 0 : Math.min(far, (steps[i - width] as number) + 1);
  }
  for (let i = steps.length - width - 1; i >= 0; i--) {
    const below = (steps[i + width] as number) + 1;
    if (below < (steps[i] as number)) steps[i] = below;
  }
  return steps;
}
