/** Height and width in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Resizes planes [K, from.height, from.width] to [K, to.height, to.width] with bilinear interpolation
 * between pixel centres, as PyTorch's `interpolate` with `align_corners=False`.
 */
export function resizeBilinear(data: Float32Array, planes: number, from: Size, to: Size): Float32Array {
  const rows = interpolation(from.height, to.height);
  const columns = interpolation(from.width, to.width);
  const out = new Float32Array(planes * to.height * to.width);
  let target = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < to.height; y++) {
      const upper = (plane * from.height + (rows.first[y] as number)) * from.width;
      const lower = (plane * from.height + (rows.second[y] as number)) * from.width;
      const down = rows.fraction[y] as number;
      for (let x = 0; x < to.width; x++) {
        const left = columns.first[x] as number;
        const right = columns.second[x] as number;
        const across = columns.fraction[x] as number;
        const above = mix(data[upper + left] as number, data[upper + right] as number, across);
        const below = mix(data[lower + left] as number, data[lower + right] as number, across);
        out[target++] = mix(above, below, down);
      }
    }
  }
  return out;
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
