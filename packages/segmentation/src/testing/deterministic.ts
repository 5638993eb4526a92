/** The deterministic numbers in which the reference implementations' answers were computed. */
import { float32, int32, type Shape, sizeOf, type Tensor } from '@deepflash/engine';

const STEP = 12.9898;
const FACTOR = 43758.5453;

/** Number i of series t, in [0, 1). */
export function deterministic(i: number, t: number): number {
  const x = Math.sin(withinTurn(angle(i, t))) * FACTOR;
  return x - Math.floor(x);
}

function angle(i: number, t: number): number {
  return i * STEP + t * 78.233;
}

/** 2 pi in three parts: the first two have so few digits that their products with the whole numbers here are exact. */
const TURN = [6.283185243606567, 6.357301884918343e-8, 2.4492935982947064e-16] as const;

/** The same direction in [-pi, pi]: `Math.sin` takes several times as long for the large angles of millions of weights. */
function withinTurn(angle: number): number {
  const turns = Math.round(angle / (2 * Math.PI));
  return angle - turns * TURN[0] - turns * TURN[1] - turns * TURN[2];
}

/** So many numbers of a series follow from the sine and cosine of their first, which takes a quarter of the time. */
const BLOCK = 64;
const ANGLES = Float64Array.from({ length: BLOCK }, (_, k) => k * STEP);
const SINES = ANGLES.map(Math.sin);
const COSINES = ANGLES.map(Math.cos);

function series(size: number, t: number, map: (u: number) => number): Float32Array {
  const values = new Float32Array(size);
  for (let first = 0; first < size; first += BLOCK) {
    const start = angle(first, t);
    const sine = Math.sin(withinTurn(start));
    const cosine = Math.cos(withinTurn(start));
    const end = Math.min(size, first + BLOCK);
    for (let i = first; i < end; i++) {
      const k = i - first;
      const a = SINES[k] as number;
      const b = COSINES[k] as number;
      // The angles are rounded, and so is what they say; the difference is so small that its sine is itself.
      const rounded = angle(i, t) - start - (ANGLES[k] as number);
      const x = (sine * b + cosine * a + rounded * (cosine * b - sine * a)) * FACTOR;
      values[i] = map(x - Math.floor(x));
    }
  }
  return values;
}

/** Weights of a network: entry t of its state by name. */
export function referenceWeight(name: string, shape: Shape, t: number): Tensor {
  const size = sizeOf(shape);
  const bound = Math.sqrt(6 / (size / (shape[0] ?? 1)));
  const map = (u: number): number => {
    if (shape.length > 1) return (2 * u - 1) * bound;
    if (name.endsWith('running_var')) return 1 + 0.5 * u;
    if (name.endsWith('bias') || name.endsWith('running_mean')) return 0.1 * (2 * u - 1);
    return 1 + 0.2 * (2 * u - 1);
  };
  return float32(shape, series(size, t, map));
}

export function referenceImage(shape: Shape): Tensor {
  return float32(
    shape,
    series(sizeOf(shape), 1000, (u) => 2 * u - 1),
  );
}

/** Class indices from series t, by default that of the networks' targets. */
export function referenceTarget(shape: Shape, classes: number, t = 1001): Tensor<'int32'> {
  return int32(
    shape,
    series(sizeOf(shape), t, (u) => Math.floor(classes * u)),
  );
}

export function referenceLogits(shape: Shape, t: number): Tensor {
  return float32(
    shape,
    series(sizeOf(shape), t, (u) => 6 * u - 3),
  );
}
