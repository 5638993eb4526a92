/** Height and width in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Neighbouring rows of planes [K, count, width], of which the first is row `first`. */
export interface Rows {
  readonly data: Float32Array;
  readonly first: number;
  readonly count: number;
}

/**
 * Resizes planes [K, from.height, from.width] to [K, to.height, to.width] with bilinear interpolation
 * between pixel centres, as PyTorch's `interpolate` with `align_corners=False`.
 */
export function resizeBilinear(data: Float32Array, planes: number, from: Size, to: Size): Float32Array {
  return bilinearRows(from, to).rows({ data, first: 0, count: from.height }, planes, 0, to.height);
}

/** Resizes a picture in parts: some rows of the result from the rows of the picture that they need. */
export interface RowResizer {
  /** The first row of the picture from which row `y` of the result, or a later one, is made. */
  firstNeeded(y: number): number;
  /** How many rows of the result can be made from the rows of the picture before row `end`. */
  ready(end: number): number;
  /** The rows [K, stop - start, to.width] of the result. `source` holds those that are needed. */
  rows(source: Rows, planes: number, start: number, stop: number): Float32Array;
}

export function bilinearRows(from: Size, to: Size): RowResizer {
  const rows = interpolation(from.height, to.height);
  const columns = interpolation(from.width, to.width);
  return {
    firstNeeded: (y) => (y < to.height ? (rows.first[y] as number) : from.height),
    ready(end) {
      let count = to.height;
      while (count > 0 && (rows.second[count - 1] as number) >= end) count--;
      return count;
    },
    rows(source, planes, start, stop) {
      const out = new Float32Array(planes * (stop - start) * to.width);
      let target = 0;
      for (let plane = 0; plane < planes; plane++) {
        const top = plane * source.count - source.first;
        for (let y = start; y < stop; y++) {
          const upper = (top + (rows.first[y] as number)) * from.width;
          const lower = (top + (rows.second[y] as number)) * from.width;
          const down = rows.fraction[y] as number;
          for (let x = 0; x < to.width; x++) {
            const left = columns.first[x] as number;
            const right = columns.second[x] as number;
            const across = columns.fraction[x] as number;
            const above = mix(
              source.data[upper + left] as number,
              source.data[upper + right] as number,
              across,
            );
            const below = mix(
              source.data[lower + left] as number,
              source.data[lower + right] as number,
              across,
            );
            out[target++] = mix(above, below, down);
          }
        }
      }
      return out;
    },
  };
}

function mix(a: number, b: number, fraction: number): number {
  return a + (b - a) * fraction;
}

/** For each target pixel the two source pixels around its centre and how far it lies towards the second. */
function interpolation(from: number, to: number) {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const fraction = new Float64Array(to);
  for (let i = 0; i < to; i++) {
    const position = Math.max(((i + 0.5) * from) / to - 0.5, 0);
    const below = Math.min(Math.floor(position), from - 1);
    first[i] = below;
    second[i] = Math.min(below + 1, from - 1);
    fraction[i] = position - below;
  }
  return { first, second, fraction };
}
