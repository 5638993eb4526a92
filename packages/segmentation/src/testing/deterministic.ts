/** The deterministic numbers in which the reference implementations' answers were computed. */
import { float32, int32, type Shape, sizeOf, type Tensor } from '@deepflash/engine';

/** Number i of series t, in [0, 1). */
export function deterministic(i: number, t: number): number {
  const x = sine(i * 12.9898 + t * 78.233) * 43758.5453;
  return x - Math.floor(x);
}

/** 2 pi in three parts: the first two have so few digits that their products with the whole numbers here are exact. */
const TURN = [6.283185243606567, 6.357301884918343e-8, 2.4492935982947064e-16] as const;

/** `Math.sin`, which takes several times as long for the large angles of networks with millions of weights. */
function sine(angle: number): number {
  const turns = Math.round(angle / (2 * Math.PI));
  return Math.sin(angle - turns * TURN[0] - turns * TURN[1] - turns * TURN[2]);
}

function series(size: number, t: number, map: (u: number) => number): Float32Array {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = map(deterministic(i, t));
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
